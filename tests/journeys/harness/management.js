// A client of the Management API.

/** A token with scope `all`, and a way to use it. */
export class Management {
  constructor(endpoint, token) {
    this.endpoint = endpoint;
    this.token = token;
  }

  static async connect(endpoint, { resource, clientId, clientSecret }) {
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      resource,
      scope: "all",
    });
    const answer = await fetch(`${endpoint}/oidc/token`, { method: "POST", body });
    const tokens = await answer.json();
    if (!answer.ok) throw new Error(`no token: ${JSON.stringify(tokens)}`);
    return new Management(endpoint, tokens.access_token);
  }

  async call(method, path, body) {
    const answer = await fetch(`${this.endpoint}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** Registers an application; gives its id and, if it holds one, its secret. */
  async application(type, redirectUri, postLogoutUri, customClientMetadata = {}) {
    const created = await this.call("POST", "/applications", {
      name: `A ${type} application`,
      type,
      oidcClientMetadata: {
        redirectUris: [redirectUri],
        postLogoutRedirectUris: [postLogoutUri],
      },
      customClientMetadata,
    });
    if (type !== "Traditional") return { clientId: created.id };
    const [secret] = await this.call("GET", `/applications/${created.id}/secrets`);
    return { clientId: created.id, clientSecret: secret.value };
  }
}

/** A person with every standard claim set. */
export const PERSON = {
  username: "augusta",
  password: "a right password",
  primaryEmail: "ada@shop.example",
  primaryPhone: "61412345678",
  name: "Ada Page",
  avatar: "https://shop.example/ada.png",
  customData: { tier: 2 },
  profile: {
    familyName: "Page",
    givenName: "Ada",
    middleName: "J",
    nickname: "adi",
    preferredUsername: "adapage",
    profile: "https://shop.example/ada",
    website: "https://ada.example",
    gender: "female",
    birthdate: "1990-01-02",
    zoneinfo: "Europe/Vienna",
    locale: "de-AT",
    address: {
      formatted: "Gasse 1\n1010 Wien",
      streetAddress: "Gasse 1",
      locality: "Wien",
      region: "Wien",
      postalCode: "1010",
      country: "Austria",
    },
  },
};

/** What every scope together tells about that person, without what changes from run to run. */
export const CLAIMS = {
  name: "Ada Page",
  family_name: "Page",
  given_name: "Ada",
  middle_name: "J",
  nickname: "adi",
  preferred_username: "adapage",
  profile: "https://shop.example/ada",
  picture: "https://shop.example/ada.png",
  website: "https://ada.example",
  gender: "female",
  birthdate: "1990-01-02",
  zoneinfo: "Europe/Vienna",
  locale: "de-AT",
  username: "augusta",
  email: "ada@shop.example",
  email_verified: true,
  phone_number: "61412345678",
  phone_number_verified: true,
  address: {
    formatted: "Gasse 1\n1010 Wien",
    street_address: "Gasse 1",
    locality: "Wien",
    region: "Wien",
    postal_code: "1010",
    country: "Austria",
  },
};
