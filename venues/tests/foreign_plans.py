"""A plan file as other programs write it, to be read and damaged."""

import copy
import json

import pytest

from venues.plan_format import InvalidPlan, read_plan

STAGE = {
    "shape": "rectangle",
    "color": "red",
    "border_color": "nonsense",
    "rotation": 0,
    "position": {"x": 5, "y": 6},
    "rectangle": {"width": 50, "height": 10},
    "text": {"text": "Stage", "position": {"x": 25, "y": 5}},
}
FOREIGN = {
    "name": "Small hall",
    "size": {"width": 200, "height": 100},
    "categories": [{"name": "Stalls", "color": "#AA0000"}, {"name": "Cheap"}],
    "zones": [
        {
            "name": "Main hall",
            "zone_id": "Zone 1",
            "position": {"x": 10, "y": 20},
            "rows": [
                {
                    "row_number": "A",
                    "row_label": "Row %s",
                    "row_number_position": "both",
                    "position": {"x": 1, "y": 2},
                    "seats": [
                        {
                            "seat_guid": "g1",
                            "seat_number": "1",
                            "category": "Stalls",
                            "position": {"x": 0.5, "y": 0},
                            "radius": 10,
                        },
                        {
                            "seat_guid": "g2",
                            "seat_number": "2",
                            "category": "Cheap",
                            "position": {"x": 20, "y": 0},
                        },
                    ],
                }
            ],
            "areas": [STAGE],
        }
    ],
}


def foreign():
    return copy.deepcopy(FOREIGN)


def read(document):
    return read_plan(json.dumps(document).encode())


def faults_of(document_or_bytes):
    data = document_or_bytes
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    with pytest.raises(InvalidPlan) as refusal:
        read_plan(data)
    return [str(fault) for fault in refusal.value.faults]


def first_seat(document):
    return document["zones"][0]["rows"][0]["seats"][0]
