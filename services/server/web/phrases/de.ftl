# Deutsche Texte der Anmeldeseiten. Dieselben Kennungen wie in en.ftl.

## Anmelden
sign-in-title = Anmelden
sign-in-lead = weiter zu { $application }
sign-in-submit = Anmelden
sign-in-forgot-password = Passwort vergessen?
sign-in-no-account = Noch kein Konto?
sign-in-create-account = Konto erstellen

## Registrieren
register-title = Konto erstellen
register-lead = weiter zu { $application }
register-submit = Konto erstellen
register-continue = Weiter
register-have-account = Sie haben schon ein Konto?
register-sign-in = Anmelden
register-password-title = Passwort festlegen
register-password-lead = für Ihr neues Konto
register-signing-up-as = Neues Konto für
register-change = Ändern

## Erster Start
first-run-title = Willkommen bei Evident
first-run-lead = Legen Sie das erste Administratorkonto an. Diese Seite gilt nur einmal.
first-run-submit = Administrator anlegen

## Felder
field-identifier-username = Benutzername
field-identifier-email = E-Mail-Adresse
field-identifier-phone = Telefonnummer
field-identifier-username-email = Benutzername oder E-Mail-Adresse
field-identifier-username-phone = Benutzername oder Telefonnummer
field-identifier-email-phone = E-Mail-Adresse oder Telefonnummer
field-identifier-all = Benutzername, E-Mail oder Telefonnummer
field-password = Passwort
field-new-password = Neues Passwort
field-confirm-password = Passwort wiederholen
field-show-password = Passwort anzeigen
field-terms-agreement-both = Ich stimme diesen Texten zu: { $terms }, { $privacy }.
field-terms-agreement-terms = Ich stimme diesem Text zu: { $terms }.
field-terms-agreement-privacy = Ich stimme diesem Text zu: { $privacy }.

## Passwortregeln
password-rules-title = Ihr Passwort
password-rule-length = hat { $min } bis { $max } Zeichen
password-rule-character-types = mischt mindestens { $min ->
        [one] eine Art
       *[other] { $min } Arten
    } von: Kleinbuchstaben, Großbuchstaben, Ziffern, Sonderzeichen
password-rule-pwned = ist aus keinem Datenleck bekannt
password-rule-repetition-and-sequence = hat keine Folgen wie „aaa“ oder „123“
password-rule-user-info = enthält weder Namen, Benutzernamen, E-Mail noch Telefonnummer
password-rule-words = enthält keine Wörter, die Ihre Organisation ausschließt

## Geräte
device-code-title = Gerät verbinden
device-code-lead = Geben Sie den Code ein, den Ihr Gerät zeigt.
device-code-label = Code
device-code-submit = Weiter
device-confirm-title = Ist das Ihr Gerät?
device-confirm-lead = { $application } auf einem anderen Gerät möchte sich mit Ihrem Konto anmelden.
device-confirm-note = Fahren Sie nur fort, wenn ein Gerät vor Ihnen genau diesen Code zeigt. Wer Ihnen den Code geschickt hat, könnte sonst { $application } in Ihrem Namen verwenden.
device-confirm-person = Sie sind angemeldet als { $name }.
device-confirm-yes = Weiter
device-confirm-no = Abbrechen
device-success-title = Ihr Gerät ist verbunden
device-success-lead = Sie können diese Seite schließen und am Gerät weitermachen.

## Rechtliches
legal-terms = Nutzungsbedingungen
legal-privacy = Datenschutzerklärung
legal-notice-both = Mit dem Fortfahren stimmen Sie diesen Texten zu: { $terms }, { $privacy }.
legal-notice-terms = Mit dem Fortfahren stimmen Sie diesem Text zu: { $terms }.
legal-notice-privacy = Mit dem Fortfahren stimmen Sie diesem Text zu: { $privacy }.
legal-navigation = Rechtliches

## Zustimmung
consent-title = Zugriff erlauben?
consent-lead = { $application } bittet um Zugriff auf Ihr Konto.
consent-signed-in-as = Angemeldet als
consent-personal = { $application } möchte:
consent-resource = In { $resource }:
consent-organization = Organisation
consent-host = Sie kehren zurück zu { $host }
consent-authorize = Erlauben
consent-cancel = Abbrechen
consent-switch-account = Anderes Konto verwenden
consent-legal-both = Für { $application } gelten eigene Texte: { $terms }, { $privacy }.
consent-legal-terms = Für { $application } gelten eigene Texte: { $terms }.
consent-legal-privacy = Für { $application } gelten eigene Texte: { $privacy }.
scope-profile = Namen, Bild und Profil sehen
scope-email = Ihre E-Mail-Adresse sehen
scope-phone = Ihre Telefonnummer sehen
scope-address = Ihre Postanschrift sehen
scope-roles = Ihre Rollen sehen
scope-custom-data = Ihre eigenen Daten sehen
scope-identities = Ihre verknüpften sozialen Konten sehen
scope-organizations = sehen, zu welchen Organisationen Sie gehören
scope-organization-roles = Ihre Rollen in Ihren Organisationen sehen
scope-sessions = Ihre Sitzungen sehen und beenden
scope-trusted-devices = Ihre vertrauten Geräte sehen und vergessen
consent-resource-organizations = In Ihren Organisationen:
scope-offline-access = den Zugriff behalten, wenn Sie nicht da sind

## Abmelden
logout-title = Abmelden?
logout-lead = Sie sind bei { $application } angemeldet.
logout-yes = Abmelden
logout-no = Angemeldet bleiben
signed-out-title = Sie sind abgemeldet
signed-out-lead = Sie können dieses Fenster schließen.

## Fehlerseiten
failure-back = Zurück
failure-home = Zur Startseite
failure-code = Fehlercode
failure-request = Anfrage
failure-unknown-session-title = Diese Anmeldung ist abgelaufen
failure-unknown-session-message = Wir finden die Anmeldung nicht mehr, von der Sie kommen. Gehen Sie zurück zur Anwendung und beginnen Sie neu.
failure-not-found-title = Seite nicht gefunden
failure-not-found-message = Unter dieser Adresse gibt es nichts. Prüfen Sie den Link oder gehen Sie zurück.
failure-suspended-title = Konto gesperrt
failure-suspended-message = Dieses Konto ist gesperrt. Wenden Sie sich an die Administration Ihrer Organisation.
failure-generic-title = Etwas ist schiefgegangen

## Rückkehr zur Anwendung per Formular
form-post-title = Zurück zur Anwendung
form-post-lead = Wenn nichts geschieht, drücken Sie den Knopf.
form-post-submit = Weiter

## Startseite
home-title = Evident
home-lead = Ein Identitätsdienst, der alles festhält, was er tut.
home-running = Dieser Server läuft
home-demo-title = Ausprobieren
home-demo-text = Melden Sie sich mit einem echten Ablauf an und sehen Sie sich die Tokens an.
home-demo-link = Vorschau öffnen
home-console-title = Verwalten
home-console-text = Benutzer, Anwendungen und Anmeldeseite verwalten.
home-console-link = Konsole öffnen
home-discovery-title = Verbinden
home-discovery-text = Geben Sie einer OpenID-Connect-Bibliothek diesen Aussteller:
home-discovery-link = Discovery-Dokument
home-docs-title = Lesen
home-docs-text = Anleitungen, API-Referenz und wie das Log arbeitet.
home-docs-link = Dokumentation öffnen

## Demo-Anwendung
demo-title = Vorschau
demo-loading = Einen Moment …
demo-no-script = Die Vorschau ist eine Browser-Anwendung und braucht Skripte. Die Anmeldung selbst braucht keine.
demo-signed-in-title = Sie sind angemeldet
demo-signed-in-lead = Das erfährt die Anwendung über Sie.
demo-user-name = Benutzer
demo-user-id = Benutzer-ID
demo-id-token = Angaben im ID-Token
demo-tokens = Tokens
demo-access-token = Access-Token
demo-refresh-token = Refresh-Token
demo-raw-id-token = ID-Token
demo-expires = Läuft ab
demo-userinfo = Userinfo abrufen
demo-userinfo-title = Userinfo
demo-refresh = Tokens erneuern
demo-refreshed = Tokens erneuert.
demo-copied = Kopiert.
demo-copy = Kopieren
demo-sign-out = Abmelden
demo-signed-out-title = Sie sind abgemeldet
demo-signed-out-lead = Melden Sie sich neu an, um den ganzen Ablauf zu sehen.
demo-sign-in = Anmelden
demo-error-title = Das hat nicht geklappt
demo-retry = Noch einmal versuchen

## Fehler nach Code: aus dem Punkt wird ein Bindestrich
error-unknown = Etwas ist schiefgegangen. Bitte versuchen Sie es noch einmal.
error-device-no_code = Geben Sie den Code ein, den Ihr Gerät zeigt.
error-device-not_found = Kein Gerät zeigt diesen Code. Prüfen Sie die Schreibweise.
error-device-expired = Dieser Code ist zu alt. Beginnen Sie auf Ihrem Gerät neu.
error-device-already_used = Dieser Code wurde schon verwendet. Beginnen Sie auf Ihrem Gerät neu.
error-device-aborted = Sie haben abgebrochen. Das Gerät wurde nicht verbunden.
error-device-access_denied = Sie dürfen diese Anwendung nicht verwenden. Das Gerät wurde nicht verbunden.
error-device-too_many_attempts = Zu viele falsche Codes. Warten Sie zehn Minuten und versuchen Sie es noch einmal.
error-form-expired = Diese Seite war zu lange offen. Bitte versuchen Sie es noch einmal.
error-form-identifier_required = Füllen Sie dieses Feld aus.
error-form-password_required = Geben Sie Ihr Passwort ein.
error-form-passwords_differ = Die beiden Passwörter sind nicht gleich.
error-form-terms_required = Stimmen Sie den Bedingungen zu, um fortzufahren.
error-auth-forbidden = Das ist nicht erlaubt.
error-guard-invalid_input = Etwas in diesem Formular ist ungültig.
error-guard-invalid_username = Ein Benutzername beginnt mit einem Buchstaben oder Unterstrich und hat nur Buchstaben, Ziffern und Unterstriche.
error-guard-invalid_email = Geben Sie eine E-Mail-Adresse wie name@example.com ein.
error-guard-invalid_phone = Geben Sie die Telefonnummer mit Landesvorwahl ein, nur Ziffern.
error-guard-invalid_identifier = Das sieht nicht richtig aus. Prüfen Sie die Schreibweise.
error-password-rejected = Wählen Sie ein anderes Passwort.
error-password-expired = Ihr Passwort ist abgelaufen. Legen Sie ein neues fest.
error-password_rejected-too_short = Mindestens { $min } Zeichen verwenden.
error-password_rejected-too_long = Höchstens { $max } Zeichen verwenden.
error-password_rejected-character_types = Mindestens { $min ->
        [one] eine Art
       *[other] { $min } Arten
    } von Zeichen mischen: Kleinbuchstaben, Großbuchstaben, Ziffern, Sonderzeichen.
error-password_rejected-unsupported_characters = Nur Buchstaben ohne Akzente, Ziffern und übliche Sonderzeichen verwenden.
error-password_rejected-pwned = Dieses Passwort ist aus einem Datenleck bekannt. Wählen Sie ein anderes.
error-password_rejected-restricted-repetition = Keine Wiederholungen wie „aaa“.
error-password_rejected-restricted-sequence = Keine Folgen wie „123“ oder „abc“.
error-password_rejected-restricted-user_info = Nicht Ihren Namen, Benutzernamen, Ihre E-Mail-Adresse oder Telefonnummer verwenden.
error-password_rejected-restricted-words = Keine Wörter dieses Dienstes oder Ihrer Organisation verwenden.
error-request-rate_limited = Zu viele Anfragen. Warten Sie einen Moment.
error-server-busy = Der Server ist ausgelastet. Versuchen Sie es gleich noch einmal.
error-session-invalid_credentials = Kontoname oder Passwort ist nicht richtig.
error-session-not_found = Diese Anmeldung ist abgelaufen. Gehen Sie zurück zur Anwendung und beginnen Sie neu.
error-session-interaction_not_found = Diese Anmeldung ist abgelaufen. Gehen Sie zurück zur Anwendung und beginnen Sie neu.
error-session-identifier_not_found = Geben Sie zuerst Ihren Kontonamen ein.
error-session-identity_conflict = In dieser Anmeldung wurde schon ein anderes Konto gewählt. Beginnen Sie neu.
error-session-verification_failed = Wir konnten Sie nicht überprüfen. Versuchen Sie es noch einmal.
error-session-verification_session_not_found = Dieser Schritt ist abgelaufen. Beginnen Sie neu.
error-session-verification_blocked_too_many_attempts = Zu viele Versuche. Versuchen Sie es { $relativeTime } noch einmal.
error-session-not_supported_for_forgot_password = Das Passwort lässt sich so nicht zurücksetzen.
error-session-insufficient_info = Es fehlen noch Angaben.
error-user-suspended = Dieses Konto ist gesperrt.
error-user-user_not_exist = Dieses Konto gibt es nicht.
error-user-username_already_in_use = Dieser Benutzername ist vergeben.
error-user-email_already_in_use = Mit dieser E-Mail-Adresse gibt es schon ein Konto.
error-user-phone_already_in_use = Mit dieser Telefonnummer gibt es schon ein Konto.
error-user-identity_already_in_use = Dieses soziale Konto gehört schon zu einem anderen Benutzer.
error-user-sign_in_method_not_enabled = Diese Art der Anmeldung wird hier nicht angeboten.
error-user-missing_profile = Es fehlen noch Angaben.
error-user-same_password = Das neue Passwort muss sich vom alten unterscheiden.
error-oidc-aborted = Sie haben die Anmeldung abgebrochen.
error-oidc-access_denied = Der Zugriff wurde verweigert.
error-oidc-invalid_request = Die Anwendung hat eine ungültige Anfrage gesendet.
error-oidc-invalid_client = Diese Anwendung ist hier nicht bekannt.
error-oidc-invalid_redirect_uri = Die Anwendung will zu einer Adresse zurückkehren, die nicht für sie eingetragen ist.
error-oidc-invalid_scope = Die Anwendung verlangt Rechte, die sie nicht haben darf.
error-oidc-invalid_target = Die Anwendung verlangt eine Ressource, die es hier nicht gibt.
error-oidc-unsupported_response_type = Die Anwendung verlangt eine Antwort, die hier nicht angeboten wird.
error-oidc-server_error = Der Server konnte das nicht abschließen. Versuchen Sie es noch einmal.
error-oidc-session_not_found = Diese Anmeldung ist abgelaufen. Gehen Sie zurück zur Anwendung und beginnen Sie neu.
