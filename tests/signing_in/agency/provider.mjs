// An agency's sign-in for the tests: oidc-provider on loopback. One person is signed in there at a
// time, whom the tests choose by /control; there too they say what is to be wrong with its answers.
import { createServer } from "node:http";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import * as jose from "jose";
import Provider from "oidc-provider";

const [port, back] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const made = () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const published = { ...made().export({ format: "jwk" }), kid: "now", alg: "RS256", use: "sig" };
const withdrawn = { ...made().export({ format: "jwk" }), kid: "old", alg: "RS256", use: "sig" };
const stranger = { ...made().export({ format: "jwk" }), kid: "now", alg: "RS256", use: "sig" };

let told = {};
const provider = new Provider(issuer, {
  clients: [{
    client_id: "concord", client_secret: "a-secret-of-the-tests-alone", redirect_uris: [back],
    response_types: ["code"], grant_types: ["authorization_code"],
  }],
  jwks: { keys: [published] },
  cookies: { keys: ["of the tests alone"] },
  claims: { openid: ["sub", "amr", "auth_time"], email: ["email", "email_verified"] },
  features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: told.email, email_verified: told.verified }),
  }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});

async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (told.denies) {
    return provider.interactionFinished(request, response, { error: "access_denied" });
  }
  if (prompt.name === "login") {
    const login = { accountId: told.sub, amr: told.amr, ...(told.ts ? { ts: told.ts } : {}) };
    return provider.interactionFinished(request, response, { login });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope("openid email profile");
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

// What is wrong is put into an answer that was right, and signed anew by the key that is told.
provider.use(async (context, next) => {
  await next();
  if (context.path !== "/token" || !context.body?.id_token || !told.wrong) return;
  const claims = { ...jose.decodeJwt(context.body.id_token), ...told.wrong.claims };
  for (const name of told.wrong.without ?? []) delete claims[name];
  const key = { withdrawn, stranger }[told.wrong.key] ?? published;
  const header = { alg: "RS256", kid: key.kid };
  if (told.wrong.unsigned) {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    context.body.id_token = `${part({ alg: "none" })}.${part(claims)}.`;
  } else if (told.wrong.shared) {
    const secret = new TextEncoder().encode("a-secret-of-the-tests-alone");
    context.body.id_token = await new jose.SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);
  } else {
    const signs = createPrivateKey({ key, format: "jwk" });
    context.body.id_token = await new jose.SignJWT(claims).setProtectedHeader(header).sign(signs);
  }
});

const answer = provider.callback();
createServer(async (request, response) => {
  try {
    if (request.url === "/control") {
      const parts = [];
      for await (const part of request) parts.push(part);
      told = JSON.parse(Buffer.concat(parts).toString());
      return response.end("told");
    }
    if (request.url.startsWith("/interaction/")) return await interact(request, response);
    return await answer(request, response);
  } catch (error) {
    console.error(error);
    response.statusCode = 500;
    return response.end();
  }
}).listen(Number(port), "127.0.0.1", () => console.log("listening"));
