"""The script that tries the deployment page finds in the page what it runs."""

import subprocess

from tools.try_deployment import (
    CHECKOUT,
    PAGE,
    PLACEHOLDER,
    blocks_of,
    first_machine,
    second_machine,
)


def check_syntax(script):
    done = subprocess.run(["sh", "-n"], input=script, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_section_that_is_run_has_commands():
    page = blocks_of(PAGE.read_text())
    assert PLACEHOLDER in page["Install"]
    check_syntax(page["Install"])
    for machine in (first_machine, second_machine):
        check_syntax("\n".join(machine(page)))


def test_no_command_of_the_page_is_left_out():
    page = blocks_of(PAGE.read_text())
    run = page["Install"] + "\n".join([*first_machine(page), *second_machine(page)])
    assert [name for name, commands in page.items() if commands not in run] == []


def test_commands_are_those_of_marked_blocks_of_a_section():
    text = "## One\n\n```sh\nls\n```\n\n```\nask me\n```\n\n### Two\n\n```sh\npwd\n```\n"
    assert blocks_of(text) == {"One": "ls\n", "Two": "pwd\n"}


def test_every_unit_belongs_to_the_target():
    """Or stopping the target would leave it running during a restore."""
    for path in (CHECKOUT / "deploy" / "systemd").glob("concert-*"):
        text = path.read_text()
        assert "PartOf=concert.target" in text, path.name
        assert "WantedBy=concert.target" in text, path.name


def test_every_service_is_confined():
    for path in (CHECKOUT / "deploy" / "systemd").glob("*.service"):
        lines = path.read_text().splitlines()
        for wanted in [
            *("User=concert", "UMask=0077", "NoNewPrivileges=true", "ProtectSystem=strict"),
            *("ProtectHome=true", "PrivateTmp=true", "CapabilityBoundingSet="),
            "SystemCallFilter=@system-service",
        ]:
            assert wanted in lines, (path.name, wanted)
