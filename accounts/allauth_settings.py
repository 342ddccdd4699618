"""Settings of allauth: our forms, and how often what may be tried."""

FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "emails.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetCodeForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailVerificationCodeForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}

SOCIAL_FORMS = {"signup": "accounts.social_forms.SocialSignupForm"}

# Counted in the cache; without Redis nothing is limited. Generous by IP address, which many people
# may share; strict by account and household ("key"). "…_anywhere" is counted by account alone,
# against attempts from many addresses: see `accounts.limits`.
RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/300s/key",
    "login_failed_anywhere": "100/h/key",
    "signup": "40/m/ip",
    "signup_email": "5/h/key",
    "signup_email_anywhere": "10/h/key",
    "reset_password": "20/m/ip",
    "reset_email": "5/h/key",
    "reset_email_anywhere": "10/h/key",
    # The confirmation of an address that a visitor of a queue has entered.
    "queue_alert": "3/h/key",
    "queue_alert_anywhere": "5/h/key",
    "confirm_email": "1/10s/key,20/h/key",
}
