# Words of the hosted pages. `en` is the reference: every other file holds the same ids.

## Sign-in
sign-in-title = Sign in
sign-in-lead = to continue to { $application }
sign-in-submit = Sign in
sign-in-forgot-password = Forgot password?
sign-in-no-account = No account yet?
sign-in-create-account = Create account

## Register
register-title = Create your account
register-lead = to continue to { $application }
register-submit = Create account
register-continue = Continue
register-have-account = Already have an account?
register-sign-in = Sign in
register-password-title = Set a password
register-password-lead = for your new account
register-signing-up-as = Signing up as
register-change = Change

## First run
first-run-title = Welcome to Evident
first-run-lead = Create the first administrator. This page works once.
first-run-submit = Create administrator

## Fields
field-identifier-username = Username
field-identifier-email = E-mail address
field-identifier-phone = Phone number
field-identifier-username-email = Username or e-mail address
field-identifier-username-phone = Username or phone number
field-identifier-email-phone = E-mail address or phone number
field-identifier-all = Username, e-mail or phone number
field-password = Password
field-new-password = New password
field-confirm-password = Repeat password
field-show-password = Show password
field-terms-agreement-both = I agree to the { $terms } and the { $privacy }.
field-terms-agreement-terms = I agree to the { $terms }.
field-terms-agreement-privacy = I agree to the { $privacy }.

## Password rules
password-rules-title = Your password
password-rule-length = has { $min } to { $max } characters
password-rule-character-types = mixes at least { $min ->
        [one] one kind
       *[other] { $min } kinds
    } of: lower case, upper case, digits, symbols
password-rule-pwned = is not known from a data breach
password-rule-repetition-and-sequence = has no runs like “aaa” or “123”
password-rule-user-info = does not contain your name, username, e-mail or phone number
password-rule-words = does not contain words your organization has excluded

## Devices
device-code-title = Connect a device
device-code-lead = Enter the code that your device shows.
device-code-label = Code
device-code-submit = Continue
device-confirm-title = Is this your device?
device-confirm-lead = { $application } on another device asks to sign in with your account.
device-confirm-note = Continue only if a device in front of you shows this very code. Whoever sent you the code could otherwise use { $application } as you.
device-confirm-person = You are signed in as { $name }.
device-confirm-yes = Continue
device-confirm-no = Cancel
device-success-title = Your device is connected
device-success-lead = You can close this page and go on with your device.

## Legal
legal-terms = Terms of Use
legal-privacy = Privacy Policy
legal-notice-both = By continuing you agree to the { $terms } and the { $privacy }.
legal-notice-terms = By continuing you agree to the { $terms }.
legal-notice-privacy = By continuing you agree to the { $privacy }.
legal-navigation = Legal

## Consent
consent-title = Allow access?
consent-lead = { $application } asks for access to your account.
consent-signed-in-as = Signed in as
consent-personal = { $application } would like to:
consent-resource = In { $resource }:
consent-organization = Organization to use
consent-host = You will return to { $host }
consent-authorize = Authorize
consent-cancel = Cancel
consent-switch-account = Use another account
consent-legal-both = { $application } has its own { $terms } and { $privacy }.
consent-legal-terms = { $application } has its own { $terms }.
consent-legal-privacy = { $application } has its own { $privacy }.
scope-profile = see your name, picture and profile
scope-email = see your e-mail address
scope-phone = see your phone number
scope-address = see your postal address
scope-roles = see your roles
scope-custom-data = see your custom data
scope-identities = see your linked social accounts
scope-organizations = see which organizations you belong to
scope-organization-roles = see your roles in your organizations
scope-sessions = see and end your sessions
scope-trusted-devices = see and forget your trusted devices
consent-resource-organizations = In your organizations:
scope-offline-access = keep this access while you are away

## Signing out
logout-title = Sign out?
logout-lead = You are signed in to { $application }.
logout-yes = Sign out
logout-no = Stay signed in
signed-out-title = You are signed out
signed-out-lead = It is safe to close this window.

## Failures
failure-back = Go back
failure-home = To the start page
failure-code = Error code
failure-request = Request
failure-unknown-session-title = This sign-in has expired
failure-unknown-session-message = We could not find the sign-in you came from. Go back to the application and start again.
failure-not-found-title = Page not found
failure-not-found-message = There is nothing at this address. Check the link, or go back.
failure-suspended-title = Account suspended
failure-suspended-message = This account has been suspended. Ask the administrator of your organization for help.
failure-generic-title = Something went wrong

## Returning to the application by form
form-post-title = Returning to the application
form-post-lead = If nothing happens, press the button.
form-post-submit = Continue

## Home
home-title = Evident
home-lead = An identity provider that keeps everything it does on the record.
home-running = This server is running
home-demo-title = Try it
home-demo-text = Sign in with a real flow and look at the tokens you get.
home-demo-link = Open the live preview
home-console-title = Administer
home-console-text = Manage users, applications and the sign-in page.
home-console-link = Open the console
home-discovery-title = Connect
home-discovery-text = Point any OpenID Connect library at this issuer:
home-discovery-link = Discovery document
home-docs-title = Read
home-docs-text = Guides, API reference and how the log works.
home-docs-link = Open the documentation

## Demo application
demo-title = Live Preview
demo-loading = One moment …
demo-no-script = The live preview is a browser application and needs script. Signing in itself does not.
demo-signed-in-title = You are signed in
demo-signed-in-lead = This is what the application learns about you.
demo-user-name = User
demo-user-id = User ID
demo-id-token = ID token claims
demo-tokens = Tokens
demo-access-token = Access token
demo-refresh-token = Refresh token
demo-raw-id-token = ID token
demo-expires = Expires
demo-userinfo = Get user info
demo-userinfo-title = User info
demo-refresh = Refresh tokens
demo-refreshed = Tokens refreshed.
demo-copied = Copied.
demo-copy = Copy
demo-sign-out = Sign out
demo-signed-out-title = You are signed out
demo-signed-out-lead = Sign in again to see the whole flow.
demo-sign-in = Sign in
demo-error-title = That did not work
demo-retry = Try again

## Errors, by code: a dot becomes a hyphen
error-unknown = Something went wrong. Please try again.
error-device-no_code = Enter the code that your device shows.
error-device-not_found = No device shows this code. Check it for typing errors.
error-device-expired = This code is too old. Start again on your device.
error-device-already_used = This code was used before. Start again on your device.
error-device-aborted = You cancelled. The device was not connected.
error-device-access_denied = You may not use this application. The device was not connected.
error-device-too_many_attempts = Too many wrong codes. Wait ten minutes and try again.
error-form-expired = This page was open for too long. Please try again.
error-form-identifier_required = Fill in this field.
error-form-password_required = Enter your password.
error-form-passwords_differ = The two passwords are not the same.
error-form-terms_required = Agree to the terms to continue.
error-auth-forbidden = This is not allowed.
error-guard-invalid_input = Something in this form is not valid.
error-guard-invalid_username = A username starts with a letter or an underscore and has only letters, digits and underscores.
error-guard-invalid_email = Enter an e-mail address like name@example.com.
error-guard-invalid_phone = Enter a phone number with its country code, digits only.
error-guard-invalid_identifier = This does not look right. Check it for typing errors.
error-password-rejected = Choose another password.
error-password-expired = Your password has expired. Set a new one.
error-password_rejected-too_short = Use at least { $min } characters.
error-password_rejected-too_long = Use at most { $max } characters.
error-password_rejected-character_types = Mix at least { $min ->
        [one] one kind
       *[other] { $min } kinds
    } of characters: lower case, upper case, digits, symbols.
error-password_rejected-unsupported_characters = Use only letters without accents, digits and common symbols.
error-password_rejected-pwned = This password is known from a data breach. Choose another one.
error-password_rejected-restricted-repetition = Avoid repeated characters like “aaa”.
error-password_rejected-restricted-sequence = Avoid sequences like “123” or “abc”.
error-password_rejected-restricted-user_info = Avoid your name, username, e-mail or phone number.
error-password_rejected-restricted-words = Avoid words that come from this service or organization.
error-request-rate_limited = Too many requests. Wait a moment and try again.
error-server-busy = The server is busy. Wait a moment and try again.
error-session-invalid_credentials = The account name or the password is not right.
error-session-not_found = This sign-in has expired. Go back to the application and start again.
error-session-interaction_not_found = This sign-in has expired. Go back to the application and start again.
error-session-identifier_not_found = Enter your account name first.
error-session-identity_conflict = Another account was already chosen in this sign-in. Start again.
error-session-verification_failed = We could not verify you. Please try again.
error-session-verification_session_not_found = This step has expired. Please start again.
error-session-verification_blocked_too_many_attempts = Too many attempts. Try again { $relativeTime }.
error-session-not_supported_for_forgot_password = The password cannot be reset this way.
error-session-insufficient_info = Some details are missing.
error-user-suspended = This account has been suspended.
error-user-user_not_exist = There is no such account.
error-user-username_already_in_use = This username is taken.
error-user-email_already_in_use = There is already an account with this e-mail address.
error-user-phone_already_in_use = There is already an account with this phone number.
error-user-identity_already_in_use = This social account is linked to another user.
error-user-sign_in_method_not_enabled = This way to sign in is not available here.
error-user-missing_profile = Some details are missing.
error-user-same_password = The new password must differ from the old one.
error-oidc-aborted = You cancelled the sign-in.
error-oidc-access_denied = Access was denied.
error-oidc-invalid_request = The application sent a request that is not valid.
error-oidc-invalid_client = This application is not known here.
error-oidc-invalid_redirect_uri = The application asked to return to an address that is not registered for it.
error-oidc-invalid_scope = The application asked for permissions that it may not have.
error-oidc-invalid_target = The application asked for a resource that does not exist here.
error-oidc-unsupported_response_type = The application asked for a response that is not offered here.
error-oidc-server_error = The server could not finish this. Please try again.
error-oidc-session_not_found = This sign-in has expired. Go back to the application and start again.
