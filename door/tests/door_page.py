"""Actions of browser tests on the page of the door."""


def enter_text(page, text):
    page.get_by_label("Ticket code, order number or name").fill(text)
    page.keyboard.press("Enter")


def answer(page, tone):
    return page.locator(f"#answer [data-answer={tone}]")
