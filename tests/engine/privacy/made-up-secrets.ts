/**
 * Made-up secrets in the forms of real ones.
 *
 * They are put together from pieces at run time, so that no scanner takes this file for a leak.
 */

import {
  base32,
  base36,
  base62,
  base64,
  digits,
  glue,
  hex,
  letters,
  lower,
  url64,
} from './made-up-letters.ts';

export interface MadeUpSecret {
  readonly name: string;
  /** The part that must not be seen. */
  readonly secret: string;
  /** What stands around it; `secret` itself when it is known by its form. */
  readonly text: string;
}

function byForm(name: string, secret: string): MadeUpSecret {
  return { name, secret, text: secret };
}

function byContext(name: string, secret: string, around: (secret: string) => string): MadeUpSecret {
  return { name, secret, text: around(secret) };
}

const uuid = (): string => [8, 4, 4, 4, 12].map((length) => letters(hex, length)).join('-');
/** Random letters with a digit and a capital for certain. */
const mixed = (length: number): string => `k7Q${letters(base62, length - 6)}9xB`;
const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const jwt = glue(
  segment({ alg: 'HS256', typ: 'JWT' }),
  '.',
  segment({ sub: '12', iat: 1 }),
  '.',
  letters(url64, 43),
);

export const secretsByForm: readonly MadeUpSecret[] = [
  byForm('Anthropic API key', glue('sk-', 'ant-api03-', letters(url64, 93), 'AA')),
  byForm('Anthropic admin key', glue('sk-', 'ant-admin01-', letters(url64, 93), 'AA')),
  byForm('Claude OAuth token', glue('sk-', 'ant-oat01-', letters(url64, 86), 'AA')),
  byForm('Claude refresh token', glue('sk-', 'ant-ort01-', letters(url64, 86), 'AA')),
  byForm('OpenAI project key', glue('sk-', 'proj-', letters(url64, 74), 'T3BlbkFJ', letters(url64, 74))),
  byForm('OpenAI service account', glue('sk-', 'svcacct-', letters(url64, 120))),
  byForm('OpenAI key, old form', glue('sk-', letters(base62, 20), 'T3Blbk', 'FJ', letters(base62, 20))),
  byForm('DeepSeek key', glue('sk-', letters(hex, 32))),
  byForm('OpenRouter key', glue('sk-', 'or-v1-', letters(hex, 64))),
  byForm('Groq key', glue('gs', 'k_', letters(base62, 52))),
  byForm('xAI key', glue('xa', 'i-', letters(base62, 80))),
  byForm('Perplexity key', glue('pp', 'lx-', letters(base62, 48))),
  byForm('Replicate token', glue('r', '8_', letters(base62, 37))),
  byForm('Tavily key', glue('tv', 'ly-dev-', letters(base62, 32))),
  byForm('Hugging Face token', glue('h', 'f_', letters(base62, 34))),
  byForm('AWS access key', glue('AK', 'IA', letters(base32, 16))),
  byForm('AWS temporary key', glue('AS', 'IA', letters(base32, 16))),
  byForm('Google API key', glue('AI', 'za', letters(url64, 35))),
  byForm('Google OAuth secret', glue('GOC', 'SPX-', letters(url64, 28))),
  byForm('Google OAuth token', glue('ya', '29.', letters(url64, 160))),
  byForm('Azure client secret', glue(letters(base62, 3), '8', 'Q~', letters(base62, 34))),
  byForm('DigitalOcean token', glue('do', 'p_v1_', letters(hex, 64))),
  byForm('DigitalOcean OAuth token', glue('do', 'o_v1_', letters(hex, 64))),
  byForm('Cloudflare user token', glue('cf', 'ut_', letters(base62, 40), letters(hex, 8))),
  byForm('Cloudflare account token', glue('cf', 'at_', letters(base62, 40), letters(hex, 8))),
  byForm('Heroku key', glue('HR', 'KU-', letters(url64, 60))),
  byForm('Fly token', glue('fm', '2_', letters(base64, 120), '==')),
  byForm('Supabase key', glue('sb', '_secret_', letters(url64, 31))),
  byForm('Supabase personal token', glue('sb', 'p_', letters(hex, 40))),
  byForm('Databricks token', glue('da', 'pi', letters(hex, 32))),
  byForm('Vault token', glue('hv', 's.', letters(url64, 92))),
  byForm('PlanetScale password', glue('psc', 'ale_pw_', letters(url64, 43))),
  byForm('Pulumi token', glue('pu', 'l-', letters(hex, 40))),
  byForm('Doppler token', glue('dp', '.pt.', letters(base62, 43))),
  byForm('Doppler service token', glue('dp', '.st.prd.', letters(base62, 43))),
  byForm('GitHub personal token', glue('gh', 'p_', letters(base62, 36))),
  byForm('GitHub OAuth token', glue('gh', 'o_', letters(base62, 36))),
  byForm('GitHub user token', glue('gh', 'u_', letters(base62, 36))),
  byForm('GitHub installation token', glue('gh', 's_', letters(base62, 36))),
  byForm('GitHub installation token of 2026', glue('gh', 's_', jwt)),
  byForm('GitHub refresh token', glue('gh', 'r_', letters(base62, 76))),
  byForm('GitHub fine-grained token', glue('github', '_pat_', letters(base62, 22), '_', letters(base62, 59))),
  byForm('GitLab token', glue('gl', 'pat-', letters(url64, 20))),
  byForm('GitLab routable token', glue('gl', 'pat-', letters(url64, 27), '.01.', letters(base36, 9))),
  byForm('GitLab runner token', glue('gl', 'rt-', letters(url64, 20))),
  byForm('GitLab trigger token', glue('gl', 'ptt-', letters(hex, 40))),
  byForm('Atlassian token', glue('ATA', 'TT3', letters(url64, 180), '=', letters(hex, 8).toUpperCase())),
  byForm('npm token', glue('np', 'm_', letters(base62, 36))),
  byForm('PyPI token', glue('py', 'pi-AgEIcHlwaS5vcmc', letters(url64, 150))),
  byForm('RubyGems key', glue('ruby', 'gems_', letters(hex, 48))),
  byForm('Docker token', glue('dckr', '_pat_', letters(url64, 27))),
  byForm(
    'Slack bot token',
    glue('xo', 'xb-', letters(digits, 12), '-', letters(digits, 12), '-', letters(base62, 24)),
  ),
  byForm(
    'Slack user token',
    glue('xo', 'xp-', letters(digits, 12), '-', letters(digits, 12), '-', letters(hex, 32)),
  ),
  byForm(
    'Slack app token',
    glue('xa', 'pp-1-A', letters(base36, 10), '-', letters(digits, 13), '-', letters(hex, 64)),
  ),
  byForm(
    'Discord token',
    glue('MT', 'A4', letters(base62, 22), '.G', letters(base62, 5), '.', letters(url64, 38)),
  ),
  byForm('Stripe live key', glue('sk', '_live_', letters(base62, 24))),
  byForm('Stripe restricted key', glue('rk', '_live_', letters(base62, 99))),
  byForm('Stripe test key', glue('sk', '_test_', letters(base62, 24))),
  byForm('Stripe webhook secret', glue('wh', 'sec_', letters(base62, 32))),
  byForm('Square token', glue('EA', 'AA', letters(url64, 60))),
  byForm('Square secret', glue('sq', '0csp-', letters(url64, 43))),
  byForm('Shopify token', glue('sh', 'pat_', letters(hex, 32))),
  byForm('Shopify shared secret', glue('sh', 'pss_', letters(hex, 32))),
  byForm('Twilio key', glue('S', 'K', letters(hex, 32))),
  byForm('SendGrid key', glue('S', 'G.', letters(url64, 22), '.', letters(url64, 43))),
  byForm('Mailgun key', glue('ke', 'y-', letters(hex, 32))),
  byForm('Mailchimp key', letters(hex, 32)),
  byForm('Brevo key', glue('xkey', 'sib-', letters(hex, 64), '-', letters(base62, 16))),
  byForm('Resend key', glue('r', 'e_', letters(base62, 8), '_', letters(base62, 24))),
  byForm('HubSpot token', glue('pa', 't-na1-', uuid())),
  byForm('New Relic user key', glue('NR', 'AK-', letters(lower.toUpperCase() + digits, 27))),
  byForm('Grafana token', glue('gl', 'sa_', letters(base62, 32), '_', letters(hex, 8))),
  byForm('Grafana cloud token', glue('gl', 'c_', letters(base62, 80), '=')),
  byForm('Sentry user token', glue('sn', 'tryu_', letters(hex, 64))),
  byForm('Linear key', glue('li', 'n_api_', letters(base62, 40))),
  byForm('Notion token', glue('nt', 'n_', letters(base62, 46))),
  byForm('Figma token', glue('fi', 'gd_', letters(url64, 40))),
  byForm('Postman key', glue('PM', 'AK-', letters(hex, 24), '-', letters(hex, 34))),
  byForm('age key', glue('AGE-', 'SECRET-KEY-1', letters(base32, 58))),
  byForm('Telegram bot token', glue('A', 'A', letters(url64, 33))),
  byForm('JSON Web Token', jwt),
].map((made) =>
  made.name === 'Mailchimp key'
    ? { ...made, text: `${made.secret}-us14` }
    : made.name === 'Telegram bot token'
      ? { ...made, text: `712345678:${made.secret}` }
      : made,
);

/** Secrets that only their surroundings give away. */
export const secretsByContext: readonly MadeUpSecret[] = [
  byContext(
    'AWS secret in .env',
    letters(base64, 40),
    (s) => `AWS_SECRET_ACCESS_KEY=${s}\nAWS_REGION=eu-west-1`,
  ),
  byContext(
    'AWS secret in a profile',
    letters(base64, 40),
    (s) => `[default]\naws_secret_access_key = ${s}\n`,
  ),
  byContext('AWS secret in JSON', letters(base64, 40), (s) =>
    JSON.stringify({ SecretAccessKey: s, Expires: 1 }),
  ),
  byContext('AWS secret in code', letters(base64, 40), (s) => `new S3({ secretAccessKey: '${s}' })`),
  byContext('AWS prompt', letters(base64, 40), (s) => `AWS Secret Access Key [None]: ${s}\nDefault region:`),
  byContext('AWS session token', letters(base64, 300), (s) => `export AWS_SESSION_TOKEN="${s}"`),
  byContext('Twilio auth token', letters(hex, 32), (s) => `TWILIO_ACCOUNT_SID=AC1\nTWILIO_AUTH_TOKEN=${s}\n`),
  byContext('Datadog API key', letters(hex, 32), (s) => `DD_API_KEY=${s} DD_SITE=datadoghq.eu`),
  byContext(
    'Datadog header',
    letters(hex, 32),
    (s) => `curl -H "DD-API-KEY: ${s}" https://api.datadoghq.com`,
  ),
  byContext('Datadog application key', letters(hex, 40), (s) => `dd_app_key: '${s}'`),
  byContext('New Relic licence', letters(hex, 40), (s) => `NEW_RELIC_LICENSE_KEY=${s}`),
  byContext('Cloudflare token, old form', mixed(40), (s) => `CLOUDFLARE_API_TOKEN=${s}`),
  byContext('Cloudflare key, old form', letters(hex, 37), (s) => `-H "X-Auth-Key: ${s}"`),
  byContext('Heroku key, old form', uuid(), (s) => `HEROKU_API_KEY=${s}`),
  byContext(
    'Azure storage',
    `${letters(base64, 86)}==`,
    (s) => `AccountName=x;AccountKey=${s};EndpointSuffix=core`,
  ),
  byContext(
    'Azure service bus',
    `${letters(base64, 43)}=`,
    (s) => `SharedAccessKeyName=Root;SharedAccessKey=${s}`,
  ),
  byContext(
    'Azure shared access signature',
    `${letters(base62, 43)}%3D`,
    (s) => `?sv=2022-11-02&sr=b&sig=${s}&se=2026`,
  ),
  byContext('Azure signature, escaped', `${letters(base62, 43)}%3D`, (s) => `"?sv=2022\\u0026sig=${s}"`),
  byContext(
    'presigned URL',
    letters(hex, 64),
    (s) => `https://b.s3.amazonaws.com/k?X-Amz-Signature=${s}&x=1`,
  ),
  byContext(
    'Slack webhook',
    `T${mixed(8)}/B${mixed(8)}/${mixed(24)}`,
    (s) => `https://hooks.slack.com/services/${s}`,
  ),
  byContext(
    'Slack webhook, escaped',
    mixed(24),
    (s) => `"https:\\/\\/hooks.slack.com\\/services\\/T0ABC\\/B0DEF\\/${s}"`,
  ),
  byContext(
    'Discord webhook',
    letters(url64, 68),
    (s) => `https://discord.com/api/webhooks/123456789012345678/${s}`,
  ),
  byContext('Discord token in code', letters(base62, 32), (s) => `const client_secret = "${s}9q"`),
  byContext(
    'Bearer header',
    mixed(40),
    (s) => `curl -H "Authorization: Bearer ${s}" https://api.vendor.io/v1/me`,
  ),
  byContext('Bearer header, single quotes', mixed(40), (s) => `curl -H 'authorization: bearer ${s}'`),
  byContext('Bearer header in JSON', mixed(32), (s) =>
    JSON.stringify({ headers: { Authorization: `Bearer ${s}` } }),
  ),
  byContext('Bearer header in code', mixed(32), (s) => `headers["Authorization"] = "Bearer ${s}"`),
  byContext(
    'Bearer in a log',
    mixed(48),
    (s) => `> POST /v1 HTTP/1.1\n> Authorization: Bearer ${s}\n> Accept: */*`,
  ),
  byContext('short Bearer', 'tok3nAb9', (s) => `Authorization: Bearer ${s}`),
  byContext(
    'Basic header',
    Buffer.from('deploy:Tr0ub4dor').toString('base64'),
    (s) => `Authorization: Basic ${s}`,
  ),
  byContext('Basic in code', Buffer.from('ci-user:x9-Kq!').toString('base64'), (s) => `'Basic ${s}'`),
  byContext('token header', mixed(40), (s) => `Authorization: token ${s}`),
  byContext('bot header', letters(base62, 59), (s) => `Authorization: Bot ${s}`),
  byContext('raw authorization header', mixed(36), (s) => `authorization: ${s}`),
  byContext('x-api-key header', mixed(32), (s) => `x-api-key: ${s}`),
  byContext('api key in URL', mixed(32), (s) => `https://api.maps.io/v1?api_key=${s}&zoom=3`),
  byContext('access token in URL', mixed(40), (s) => `https://graph.io/me?access_token=${s}`),
  byContext('Postgres URL', 'hunter2', (s) => `DATABASE_URL=postgres://app:${s}@db.internal:5432/app`),
  byContext(
    'MongoDB URL',
    'p%40ss-W0rd',
    (s) => `mongodb+srv://root:${s}@cluster0.ab1cd.mongodb.net/?retryWrites=true`,
  ),
  byContext('Redis URL without user', 'sosecret', (s) => `redis://:${s}@cache:6379/0`),
  byContext('AMQP URL', 'rabb1t', (s) => `amqp://app:${s}@rabbit:5672/%2f`),
  byContext(
    'git URL with token',
    mixed(30),
    (s) => `git clone https://x-access-token:${s}@github.com/acme/app.git`,
  ),
  byContext('proxy URL', 'pr0xy!pw', (s) => `HTTPS_PROXY=http://jane:${s}@proxy.corp:3128`),
  byContext('URL with escaped slashes', 'hunter2', (s) => `"mysql:\\/\\/app:${s}@db:3306\\/app"`),
  byContext(
    'URL in a stack trace',
    'S3cretPw',
    (s) => `at connect (postgres://u:${s}@10.0.0.7/db:12:3)\n  at run`,
  ),
  byContext('curl -u', 'Tr0ub4dor&3', (s) => `curl -u admin:${s} https://nexus.corp/repo`),
  byContext('curl --user quoted', 'corr3ct-horse', (s) => `curl -s --user "admin:${s}" https://x.io`),
  byContext('password in .env', 'Sup3r$ecretPw', (s) => `DB_USER=app\nDB_PASSWORD=${s}\nDB_PORT=1`),
  byContext('word as password in .env', 'swordfish', (s) => `POSTGRES_PASSWORD=${s}\n`),
  byContext('quoted password in .env', 'c0rrect-h0rse', (s) => `SMTP_PASS="${s}"`),
  byContext('exported password', 'Winter2026!', (s) => `export MYSQL_PWD=${s}`),
  byContext('password in YAML', 'x9$Kq2-Lm', (s) => `db:\n  password: ${s}\n  port: 5432`),
  byContext('password in JSON', 'x9-Kq2-Lm', (s) => JSON.stringify({ user: 'app', password: s })),
  byContext('password in code', 'Tr0ub4dor', (s) => `connect({ user: 'a', password: '${s}' })`),
  byContext('password in a PHP array', 'Tr0ub4dor', (s) => `'password' => '${s}',`),
  byContext('password in XML', 'Tr0ub4dor!', (s) => `<password>${s}</password>`),
  byContext('password option', 'Tr0ub4dor!', (s) => `mysqldump --password=${s} app`),
  byContext('password option with space', 'Tr0ub4dor!', (s) => `az login --password ${s} -u x`),
  byContext(
    'password in a connection string',
    'Tr0ub4dor!',
    (s) => `Server=x;User Id=sa;Password=${s};Encrypt=1`,
  ),
  byContext('passphrase', 'wq82-kd93-xx', (s) => `passphrase: "${s}"`),
  byContext('api key in .env', mixed(32), (s) => `ALGOLIA_ADMIN_KEY=${s}`),
  byContext('api key in JSON', mixed(32), (s) => JSON.stringify({ apiKey: s })),
  byContext('api key in TOML', mixed(24), (s) => `api_key = "${s}"`),
  byContext('client secret', mixed(40), (s) => `client_secret=${s}`),
  byContext('Rails secret', letters(hex, 128), (s) => `secret_key_base: ${s}`),
  byContext('encryption key', letters(base64, 44), (s) => `ENCRYPTION_KEY=${s}`),
  byContext('npmrc', mixed(36), (s) => `//registry.npmjs.org/:_authToken=${s}`),
  byContext('token option', mixed(24), (s) => `vercel deploy --token ${s} --prod`),
  byContext(
    'token with escaped slashes',
    'k7Qab/cd9+ef3gHi4JkL',
    (s) => `"token":"${s.replaceAll('/', '\\/')}"`,
  ),
  byContext('refresh token', letters(url64, 60), (s) => JSON.stringify({ refresh_token: `${s}7` })),
];
