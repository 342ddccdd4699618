#!/usr/bin/env python3
"""Verify an exported transaction log, and work out its settlement anew.

    manage.py boxoffice export-ledger 12 > 12.jsonl
    python3 verify_ledger.py 12.jsonl --head 4711:9f86d0… --deal percentage --percentage 60

It needs Python alone, so that somebody else can run it: a promoter, an auditor. Each line of a file
has a position, a hash and an entry. The hash is the SHA-256 of the previous hash, a line feed, and
the entry as JSON with sorted keys and no spaces. `--head` is a position and its hash that were
written down earlier, such as those printed on a settlement: the chain must still contain them, and
figures are those of that moment. A run of performances has a file and a head for each of them.

Prints what was sold and refunded and, with the terms that are printed on a settlement, what is to
be paid. Exits with 1, and says where, if a chain is broken.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

START = "0" * 64
# Currencies of which the smallest unit is 1.
NO_DECIMALS = {"CLP", "ISK", "JPY", "KRW", "PYG", "RWF", "UGX", "VND", "XAF", "XOF", "XPF"}


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
    counts, money = Counter(), Counter()
    for entry in entries:
        counts[entry["kind"]] += len(entry["places"])
        if entry["kind"] in ("payment", "refund"):
            money[entry["currency"], entry["kind"]] += Decimal(entry["amount"] or 0)
    return counts["sale"], counts["cancel"], money


def box_office(entries):
    """Return what is sold after these entries: valid lines, order fees, comps."""
    valid, fees, comps = {}, {}, set()
    for entry in entries:
        kind, order, detail, places = (entry[n] for n in ("kind", "order", "detail", "places"))
        if kind == "sale":
            valid |= {(order, line["place"]): line for line in detail.get("lines", ())}
            if "order_fee" in detail:
                rates = detail.get("order_fee_tax", ["0", "0", ""])
                fees[order] = (Decimal(detail["order_fee"]), Decimal(rates[1]), rates[2])
        elif kind == "cancel":
            for place in places:
                valid.pop((order, place), None)
            if "order_fee" in detail:
                fees.pop(order, None)
        elif kind == "change":
            for place, line in zip(places, detail.get("lines", ()), strict=False):
                if (order, place) in valid:
                    valid[order, place] = valid[order, place] | line
        elif kind == "move":
            moved = [valid.pop((order, old), None) for old in detail["from"]]
            for place, line in zip(places, moved, strict=True):
                if line is not None:
                    valid[order, place] = line
        elif kind == "note" and detail.get("comp"):
            comps.add(order)
    sold = [line for key, line in valid.items() if key[0] not in comps]
    return sold, [fee for order, fee in fees.items() if order not in comps]


def settlement(entries, terms):
    """Return the settlement as {name: amount}, by the terms of the deal."""
    sold, order_fees = box_office(entries)
    currency = next((entry["currency"] for entry in entries if entry["currency"]), "")
    unit = Decimal(1) if currency in NO_DECIMALS else Decimal("0.01")
    tickets, ticket_fees = [], []
    for line in sold:
        rate, fee_rate, reason = line.get("tax") or ("0", "0", "")
        price, fee = Decimal(line["price"]), Decimal(line["fee"])
        tickets.append((price - fee, Decimal(rate), reason))
        ticket_fees.append((fee, Decimal(fee_rate), reason))
    fees = sum(fee for fee, _rate, _reason in ticket_fees + order_fees)
    gross = sum(price for price, _rate, _reason in tickets) + fees
    taxed = tickets if terms.keeps_fees else tickets + ticket_fees + order_fees
    tax = tax_of(taxed, unit)
    net = gross - (fees if terms.keeps_fees else 0) - tax - terms.charges
    base = max(net - (terms.threshold if terms.deal == "plus" else 0), Decimal(0))
    part = (base * terms.percentage / 100).quantize(unit, ROUND_HALF_UP)
    share = {
        "flat": terms.guarantee,
        "percentage": part,
        "versus": max(terms.guarantee, part),
        "plus": terms.guarantee + part,
    }[terms.deal]
    to_pay = share - sum(terms.deduction) - terms.advances - terms.settled_before
    return {"tickets": len(sold), "gross": gross, "fees": fees, "tax": tax, "net": net,
            "share": share, "to pay": to_pay}  # fmt: skip


def tax_of(amounts, unit):
    """Return the tax that is included, rounded once for each rate."""
    sums = Counter()
    for gross, rate, reason in amounts:
        sums[rate, "" if rate else reason] += gross
    return sum(
        (gross * rate / (100 + rate)).quantize(unit, ROUND_HALF_UP)
        for (rate, _reason), gross in sums.items()
    )


def parse_head(text):
    position, _colon, value = text.partition(":")
    if not position.isdecimal() or len(value) != 64:
        raise argparse.ArgumentTypeError("expected POSITION:HASH, the hash with 64 digits")
    return int(position), value.lower()


def main(arguments=None):
    options = parse(arguments)
    entries = []
    for number, file in enumerate(options.files):
        head = options.head[number] if number < len(options.head) else None
        try:
            with open(sys.stdin.fileno() if file == "-" else file, encoding="utf-8") as lines:
                found, (position, last) = verify(lines, head)
        except Broken as error:
            print(f"BROKEN. {file}: {error}")
            return 1
        print(f"OK. {file}: {position} entries. Head: {position}:{last}")
        entries += found[: head[0]] if head else found
    sold, cancelled, money = figures(entries)
    print(f"Tickets sold: {sold}, cancelled: {cancelled}, valid: {sold - cancelled}")
    for currency in sorted({currency for currency, _kind in money}):
        paid, refunded = money[currency, "payment"], money[currency, "refund"]
        print(f"{currency}: paid {paid}, refunded {-refunded}, net {paid + refunded}")
    if options.deal:
        for name, amount in settlement(entries, options).items():
            print(f"{name}: {amount}" if name == "tickets" else f"{name}: {amount:.2f}")
    return 0


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="+", help="exported logs; - reads standard input")
    parser.add_argument("--head", type=parse_head, action="append", default=[],
                        help="POSITION:HASH, noted earlier; one for each file")  # fmt: skip
    parser.add_argument("--deal", choices=["flat", "percentage", "versus", "plus"])
    for name in ("guarantee", "percentage", "threshold", "charges", "advances", "settled-before"):
        parser.add_argument(f"--{name}", type=Decimal, default=Decimal(0))
    parser.add_argument("--deduction", type=Decimal, action="append", default=[])
    parser.add_argument("--shares-fees", dest="keeps_fees", action="store_false",
                        help="the booking fees are shared too")  # fmt: skip
    return parser.parse_intermixed_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
