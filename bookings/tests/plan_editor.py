"""Drive the plan editor in a browser, counting what a person does."""

from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff


def logged_in(context, live_server, role=Role.MANAGER):
    """Return a page of the context that is logged in as staff."""
    client = Client()
    client.force_login(make_staff(role))
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    return context.new_page()


class EditorPage:
    """The editor of one draft; `actions` is the number of clicks, fills and keys."""

    def __init__(self, page, draft=None):
        self.page, self.draft, self.actions = page, draft, 0
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)

    def open(self):
        self.page.goto(reverse("admin:venues_editedplan_change", args=[self.draft.pk]))
        self.page.wait_for_selector("[data-plan-editor][data-ready]")
        return self

    @property
    def canvas(self):
        return self.page.locator("[data-canvas]")

    @property
    def status(self):
        return self.page.locator("[data-status]")

    def click(self, name, scope="[data-plan-editor]"):
        self.actions += 1
        self.page.locator(f'{scope} [data-do="{name}"]:visible').first.click()

    def press(self, *keys):
        for key in keys:
            self.actions += 1
            self.page.keyboard.press(key)

    def add_section(self, **values):
        """Add a section by its dialog."""
        self.click("new-section")
        self._fill("section", values)

    def renumber(self, **values):
        self.click("renumber")
        self._fill("renumber", values)

    def _fill(self, name, values):
        dialog = self.page.locator(f'[data-dialog="{name}"]')
        for field, value in values.items():
            control = dialog.locator(f'[name="{field}"]')
            self.actions += 1
            if isinstance(value, bool):
                control.set_checked(value)
            elif control.evaluate("one => one.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(str(value))
        self.actions += 1
        dialog.locator('button[value="ok"]').click()
        dialog.wait_for(state="hidden")

    def save(self):
        self.click("save")
        self.page.wait_for_function(
            "document.querySelector('[data-plan-editor]').editor.lastSave?.status === 200"
            " && !document.querySelector('[data-plan-editor]').editor.history.isChanged"
        )

    def run(self, script):
        """Evaluate an expression in which `editor` is the editor."""
        return self.page.evaluate(
            f"(() => {{ const editor = document.querySelector('[data-plan-editor]').editor;"
            f" return {script}; }})()"
        )

    def id_of(self, label):
        """Return the id in the editor of a seat, such as “A1”."""
        return self.run(
            f"[...editor.plan.seats.values()].find((s) => s.row.name + s.number === {label!r}).id"
        )

    def center_of(self, seat):
        """Return the position in the window of a seat, by its id."""
        return self.page.evaluate(
            """id => { const box = document.querySelector(`[data-id="${id}"]`)
            .getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }""",
            seat,
        )
