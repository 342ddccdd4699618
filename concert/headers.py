"""Headers that Django does not set by itself."""

# What a page, or anything that gets into one, may never ask of a visitor's device. The camera is
# for the door alone, on its own pages.
NOT_NEEDED = ["accelerometer", "geolocation", "gyroscope", "microphone", "payment", "usb"]
PERMISSIONS_POLICY = ", ".join(["camera=(self)", *(f"{feature}=()" for feature in NOT_NEEDED)])


def permissions_policy(get_response):
    """Middleware: send `Permissions-Policy` with every answer."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware
