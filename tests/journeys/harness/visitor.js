// A browser without a window: it keeps cookies, follows redirects and signs in by the Experience API.

const REDIRECTS_MAX = 10;

export class Visitor {
  constructor(endpoint) {
    this.endpoint = endpoint;
    this.cookies = new Map();
  }

  async request(url, { method = "GET", json, form } = {}) {
    const headers = { cookie: [...this.cookies].map((pair) => pair.join("=")).join("; ") };
    if (json) headers["content-type"] = "application/json";
    const body = json ? JSON.stringify(json) : form && new URLSearchParams(form);
    const answer = await fetch(new URL(url, this.endpoint), { method, headers, body, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(";");
      const [name, ...value] = pair.split("=");
      const isGone = attributes.some((attribute) => {
        const [word, moment] = attribute.trim().split("=");
        if (word.toLowerCase() === "max-age") return moment === "0";
        return word.toLowerCase() === "expires" && Date.parse(moment) < Date.now();
      });
      if (isGone) this.cookies.delete(name);
      else this.cookies.set(name, value.join("="));
    }
    return answer;
  }

  /** Follows redirects until one leads to `stop`, or a page is shown. */
  async follow(url, stop) {
    let target = new URL(url, this.endpoint);
    for (let redirects = 0; redirects < REDIRECTS_MAX; redirects += 1) {
      if (stop && target.href.startsWith(stop)) return { target };
      const answer = await this.request(target);
      const location = answer.headers.get("location");
      if (answer.status !== 302 && answer.status !== 303) return { target, answer };
      target = new URL(location, target);
    }
    throw new Error(`still redirected at ${target}`);
  }

  async experience(method, path, json = {}) {
    const answer = await this.request(`/api/experience${path}`, { method, json });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** Opens the authorization URL, signs in, and gives the URL that the application is called at. */
  async signIn(authorizationUrl, redirectUri, { username, password }) {
    const shown = await this.follow(authorizationUrl, redirectUri);
    if (!shown.answer) return shown.target;
    if (!shown.target.pathname.startsWith("/sign-in")) throw new Error(`shown: ${shown.target}`);
    const redirectTo = await this.prove({ username, password });
    const { target, answer } = await this.follow(redirectTo, redirectUri);
    if (answer) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
    return target;
  }

  /** Shows a password on the sign-in page that is open; gives where the browser goes then. */
  async prove({ username, password }) {
    await this.experience("PUT", "", { interactionEvent: "SignIn" });
    const identifier = { type: "username", value: username };
    const proof = await this.experience("POST", "/verification/password", { identifier, password });
    await this.experience("POST", "/identification", { verificationId: proof.verificationId });
    const { redirectTo } = await this.experience("POST", "/submit");
    return redirectTo;
  }

  /** Opens the page that a device names, says yes or no, and signs in if asked; gives the end. */
  async decide(verificationUri, person, decision = "confirm") {
    const { answer: page } = await this.follow(verificationUri);
    const text = await page.text();
    const value = (name) => new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(text)?.[1];
    const action = /<form[^>]*action="([^"]*)"/.exec(text)?.[1];
    if (!action) throw new Error(`${page.status} ${text}`);
    const form = { xsrf: value("xsrf"), user_code: value("user_code"), [decision]: "yes" };
    const posted = await this.request(action, { method: "POST", form });
    const location = posted.headers.get("location");
    if (!location?.includes("/sign-in")) return new URL(location, this.endpoint);
    const { target } = await this.follow(await this.prove(person));
    return target;
  }

  /** Opens the end-session URL and confirms; gives the URL where it leads. */
  async signOut(endSessionUrl) {
    const page = await this.request(endSessionUrl);
    const text = await page.text();
    if (page.status !== 200) throw new Error(`${page.status} ${text}`);
    const xsrf = /name="xsrf"[^>]*value="([^"]*)"/.exec(text)?.[1];
    const action = /<form[^>]*action="([^"]*)"/.exec(text)[1].replaceAll("&amp;", "&");
    const form = { xsrf, logout: "yes" };
    const done = await this.request(action, { method: "POST", form });
    return done.headers.get("location");
  }
}
