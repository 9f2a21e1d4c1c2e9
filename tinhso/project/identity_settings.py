"""Log-in: allauth, second factor, lock-out: the baseline for a level-3 system (handbook: people and rights)."""

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
