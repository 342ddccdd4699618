#!/usr/bin/env python3
"""Verify an exported transaction log: nothing was changed, removed or put in between.

    manage.py boxoffice export-ledger 12 > performance-12.jsonl
    python3 verify_ledger.py performance-12.jsonl [--head 4711:9f86d0…]

It needs Python alone, so that somebody else can run it: a promoter, an auditor. Each line of the
file has a position, a hash and an entry. The hash is the SHA-256 of the previous hash, a line feed,
and the entry as JSON with sorted keys and no spaces. `--head` is a position and its hash that were
written down earlier, such as those printed on a settlement: the chain must still contain them.

Prints what was sold and refunded, computed anew from the entries. Exits with 1, and says where, if
the chain is broken.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from decimal import Decimal

START = "0" * 64


class Broken(Exception):
    """The chain does not verify."""


def verify(lines, head=None):
    """Check the chain and return its entries and its last (position, hash)."""
    previous, position, entries, seen = START, 0, [], head is None
    for text in lines:
        if not text.strip():
            continue
        position += 1
        line = read(text, position)
        if line["position"] != position:
            raise Broken(f"Position {position} is missing: found {line['position']}.")
        entry = line["entry"]
        if entry is None:
            raise Broken(f"Position {position}: the entry is missing from the log.")
        expected = hash_of(previous, entry)
        if line["hash"] != expected:
            raise Broken(f"Position {position}: entry {entry.get('id')} was changed.")
        if head is not None and head[0] == position:
            if head[1] != expected:
                raise Broken(f"Position {position} had another hash: the chain was made anew.")
            seen = True
        previous = expected
        entries.append(entry)
    if not seen:
        raise Broken(f"The chain ends at {position}, before {head[0]}: entries are missing.")
    return entries, (position, previous)


def read(text, position):
    try:
        line = json.loads(text)
        return {name: line[name] for name in ("position", "hash", "entry")}
    except (ValueError, KeyError, TypeError) as error:
        raise Broken(f"Position {position} cannot be read: {error}") from error


def hash_of(previous, entry):
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def figures(entries):
    """Return (tickets sold, tickets cancelled, money by (currency, kind))."""
    sold = cancelled = 0
    money = Counter()
    for entry in entries:
        amount = Decimal(entry["amount"]) if entry["amount"] is not None else Decimal(0)
        if entry["kind"] == "sale":
            sold += len(entry["places"])
        elif entry["kind"] == "cancel":
            cancelled += len(entry["places"])
        if entry["kind"] in ("payment", "refund"):
            money[entry["currency"], entry["kind"]] += amount
    return sold, cancelled, money


def parse_head(text):
    position, _colon, value = text.partition(":")
    if not position.isdecimal() or len(value) != 64:
        raise argparse.ArgumentTypeError("expected POSITION:HASH, the hash with 64 digits")
    return int(position), value.lower()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", help="the exported log; - reads standard input")
    parser.add_argument("--head", type=parse_head, help="a position and its hash, noted earlier")
    options = parser.parse_args(arguments)
    source = sys.stdin.fileno() if options.file == "-" else options.file
    try:
        with open(source, encoding="utf-8") as lines:
            entries, (position, last) = verify(lines, options.head)
    except Broken as error:
        print(f"BROKEN. {error}")
        return 1
    sold, cancelled, money = figures(entries)
    print(f"OK. {position} entries. Head: {position}:{last}")
    print(f"Tickets sold: {sold}, cancelled: {cancelled}, valid: {sold - cancelled}")
    for currency in sorted({currency for currency, _kind in money}):
        paid, refunded = money[currency, "payment"], money[currency, "refund"]
        print(f"{currency}: paid {paid}, refunded {-refunded}, net {paid + refunded}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
