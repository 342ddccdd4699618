"""CSV files of the catalogue: as exported, and as spreadsheets save them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets import to_csv
from shows.catalogue_files import InvalidCatalogueFile, catalogue_document, import_catalogue
from shows.catalogue_tables import parse_table, table_rows
from shows.cell_lists import read_list, read_rows, write_list, write_rows
from shows.models import Artist, Performance, Show, Tag
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from venues.models import Venue

ODD = [
    "AC;DC",
    "Rock; Pop",
    "E=MC2",
    '"Weird Al" Yankovic',
    '"Heroes"',
    "'=1",
    "a,b",
    "=1+1",
    '7" x',
]


def exported(kind):
    return to_csv(table_rows(catalogue_document(past=True)[kind], kind))


@pytest.mark.django_db
def test_an_export_that_is_imported_unchanged_changes_nothing(monkeypatch):
    for title in ODD:
        make_show(title=title, artists=ODD, tags=ODD, description=f"{title}\r\nline two; =3")
    plan = make_plan(venue=make_venue(name="Room; 1"))
    make_performance(
        plan=plan,
        show=Show.objects.get(title="AC;DC"),
        prices={"Regular": ("45.50", "5")},
        concessions={"ID; age=18": 20, 'The "young"; =': 30},
    )
    Performance.objects.get().concessions.update(proof="ID; age=…")
    before, counts = catalogue_document(past=True), (Artist.objects.count(), Tag.objects.count())
    for kind in ("venues", "shows", "performances"):
        document = parse_table(exported(kind))
        # Nothing is written, because nothing differs.
        with monkeypatch.context() as patch:
            for name in ("write_venue", "write_show", "write_performance"):
                patch.setattr(f"shows.catalogue_files.{name}", None)
            import_catalogue(document)
        # And writing it again changes nothing either.
        with monkeypatch.context() as patch:
            patch.setattr("shows.catalogue_files._is_unchanged", lambda *told: False)
            import_catalogue(document)
    assert catalogue_document(past=True) == before
    assert (Artist.objects.count(), Tag.objects.count()) == counts


@given(st.lists(st.text("a;=\"' \n", min_size=1).filter(str.strip), max_size=5))
def test_every_list_of_names_survives_a_round_trip(names):
    assert read_list(write_list(names)) == names


@given(st.lists(st.lists(st.text("a;=\"' "), min_size=2, max_size=3), max_size=4))
def test_every_row_survives_a_round_trip(rows):
    assert read_rows(write_rows(rows)) == rows


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Ada; Bo ;", ["Ada", "Bo"]),
        ('"AC;DC"; Rock', ["AC;DC", "Rock"]),
        ('7" x; "Weird Al" Yankovic', ['7" x', '"Weird Al" Yankovic']),
        ("E=MC2", ["E=MC2"]),
        ("", []),
    ],
)
def test_lists_are_read_as_people_type_them(cell, names):
    assert read_list(cell) == names


@pytest.mark.django_db
@pytest.mark.parametrize("cell", ['"open; Bo', 'Ada; "Bo'])
def test_an_open_quotation_is_rejected(cell):
    with pytest.raises(InvalidCatalogueFile, match="quotation mark is missing"):
        import_catalogue({"shows": [{"title": "x", "artists": cell}]})


@pytest.mark.django_db
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_commas_semicolons_and_tabs_are_read(separator, mark, end):
    lines = [("title", "duration", "artists"), ("Łódź", "90", "Ada")]
    text = end.join(separator.join(cells) for cells in lines) + end
    document = parse_table(mark + text.encode())
    assert document == {"shows": [{"title": "Łódź", "duration": "90", "artists": "Ada"}]}


def test_rows_of_bare_commas_are_skipped():
    data = b"title,duration,\r\nA,90,\r\n,,\r\n\r\n , ,\r\nB,60,\r\n,,,,\r\n"
    assert [row["title"] for row in parse_table(data)["shows"]] == ["A", "B"]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"title,duration,tags\nA,90,x\nB,60\n", "Line 3: there are 2 cells, but 3 headings"),
        (b"title,duration\nA,90,x\n", "Line 2: there are 3 cells, but 2 headings"),
        (b"title,duration,\nA,90,lost\n", "Line 2: “lost” is in a column without a heading"),
        (b"title,title\nA,B\n", "two columns “title”"),
        ("title\nMädchen\n".encode("cp1252"), r"not UTF-8 \(line 2\)"),
        ("title\nMädchen\n".encode("utf-16"), "not UTF-8"),
        (b"colour,shape\nred,round\n", "headings were not recognized"),
        (b"", "headings were not recognized"),
        (b'title,duration\n"A,90\n', "not valid CSV"),
    ],
)
def test_ambiguous_files_are_rejected_with_the_reason(data, fault):
    with pytest.raises(InvalidCatalogueFile, match=fault):
        parse_table(data)


@pytest.mark.django_db
def test_a_short_row_changes_nothing():
    make_show(title="Nachtmusik", slug="nachtmusik", description="Long ago.", artists=["Ada"])
    with pytest.raises(InvalidCatalogueFile):
        import_catalogue(parse_table(b"slug,title,artists,description\nnachtmusik,Nachtmusik\n"))
    show = Show.objects.get()
    assert (show.description, show.artist_names) == ("Long ago.", "Ada")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "is_published"),
    [("WAHR", True), ("FALSCH", False), ("TRUE", True), ("VRAI", True), ("FAUX", False)],
)
def test_booleans_are_read_as_spreadsheets_write_them(word, is_published):
    import_catalogue(parse_table(f"title;is_published\nA;{word}\n".encode()))
    assert Show.objects.get().is_published is is_published


@pytest.mark.django_db
def test_other_booleans_are_rejected():
    with pytest.raises(InvalidCatalogueFile, match="not “maybe”"):
        import_catalogue({"shows": [{"title": "A", "is_published": "maybe"}]})


@pytest.mark.django_db
def test_shows_with_the_same_title_are_distinguished_by_slug_only():
    for _ in range(2):
        make_show(title="Carmen")
    with pytest.raises(InvalidCatalogueFile, match="several have this name"):
        import_catalogue({"shows": [{"title": "Carmen", "duration": 90}]})


@pytest.mark.django_db
def test_blank_names_are_rejected():
    with pytest.raises(InvalidCatalogueFile, match="artists"):
        import_catalogue({"shows": [{"title": "A", "artists": [" "]}]})
    assert not Artist.objects.exists() and not Venue.objects.exists()
