// A certified OpenID provider on a free port of this machine, for tests: who signs in is what the form says.
// usage: node provider.mjs <redirect_uri>; prints its issuer, then a line for each token it gave.
import { createServer } from 'node:http';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK } from 'jose';
import Provider from 'oidc-provider';

const redirectUri = process.argv[2];
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const ownKey = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: 'of-the-provider' };
const { privateKey: strangeKey } = await generateKeyPair('RS256');

// What the next token response is bent into: "" leaves it as the provider made it.
let bend = '';
let bentClaims = {};

const bends = {
  none: (claims) => new UnsecuredJWT(claims).encode(),
  nonce: (claims, header) => new SignJWT({ ...claims, nonce: 'of-another-browser' }).setProtectedHeader(header).sign(privateKey),
  stranger: (claims, header) => new SignJWT(claims).setProtectedHeader(header).sign(strangeKey),
  secret: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('a secret of the client, long enough')),
  claims: (claims, header) => new SignJWT({ ...claims, ...bentClaims }).setProtectedHeader(header).sign(privateKey),
};

function addPeople(provider) {
  provider.use(async (ctx, next) => {
    if (ctx.path === '/bend') {
      bend = ctx.query.how ?? '';
      bentClaims = JSON.parse(ctx.query.claims ?? '{}');
      ctx.body = 'ok';
      return;
    }
    if (ctx.path.startsWith('/interaction/')) {
      const details = await provider.interactionDetails(ctx.req, ctx.res);
      const person = ctx.query.person ?? details.params.login_hint;
      if (details.prompt.name === 'login') {
        if (!person) {
          ctx.type = 'html';
          ctx.body = `<!doctype html><title>Agency sign-in</title><h1>Agency sign-in</h1><form><label>E-mail <input name="person"></label><button>Go on</button></form>`;
          return;
        }
        await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: person } });
        ctx.respond = false;
        return;
      }
      const grant = new provider.Grant({ accountId: details.session.accountId, clientId: details.params.client_id });
      grant.addOIDCScope('openid email profile');
      await provider.interactionFinished(ctx.req, ctx.res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
      ctx.respond = false;
      return;
    }
    await next();
    if (ctx.path === '/token' && ctx.body?.id_token && bend) {
      const claims = decodeJwt(ctx.body.id_token);
      ctx.body = { ...ctx.body, id_token: await bends[bend](claims, decodeProtectedHeader(ctx.body.id_token)) };
    }
  });
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'casm', client_secret: 'a secret of the client, long enough', redirect_uris: [redirectUri], grant_types: ['authorization_code'], response_types: ['code'] }],
    jwks: { keys: [ownKey] },
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, name: 'Signed In Elsewhere', email: sub, email_verified: !sub.startsWith('unverified') }),
    }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    features: { devInteractions: { enabled: false } },
  });
  addPeople(provider);
  server.on('request', provider.callback());
  console.log(issuer);
});
