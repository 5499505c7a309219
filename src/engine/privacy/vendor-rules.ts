import { endOfRun, isEscaped, startsWord, windowLength, type Detector } from './detector.ts';
import { isPlaceholder } from './secret-value.ts';

/** A key format that a vendor has documented. */
export interface VendorRule {
  /** Stands in the mask: `[redacted:<id>]`. */
  readonly id: string;
  readonly vendor: string;
  /** The vendor's page on its keys. */
  readonly source: string;
  readonly literals: readonly string[];
  /** What follows a literal. It ends in a character class, so a longer key of tomorrow is masked whole. */
  readonly body: RegExp;
}

type Row = readonly [id: string, literals: string, body: RegExp];

function vendor(name: string, source: string, rows: readonly Row[]): VendorRule[] {
  return rows.map(([id, literals, body]) => ({
    id,
    vendor: name,
    source,
    literals: literals.split(' '),
    body,
  }));
}

const hexDigits = '0123456789abcdef'.split('');
/** Discord's token starts with the base64 of a decimal number. */
const base64OfDigits = ['MD', 'MT', 'Mj', 'Mz', 'ND', 'NT', 'Nj', 'Nz', 'OD', 'OT'].flatMap((two) =>
  'AEIMQUYcgk'.split('').map((third) => two + third),
);

/** Keys that are recognised by their form alone, wherever they stand. */
export const vendorRules: readonly VendorRule[] = [
  ...vendor('Anthropic', 'https://docs.anthropic.com/en/api/admin-api/apikeys/get-api-key', [
    ['anthropic-key', 'sk-ant-', /[a-z]+\d*-[\w-]{16,}/],
  ]),
  ...vendor('OpenAI', 'https://platform.openai.com/docs/api-reference/authentication', [
    ['openai-key', 'sk-proj- sk-svcacct- sk-admin- sk-None-', /[\w-]{20,}/],
    // Also DeepSeek, Moonshot and other vendors that copied the form.
    ['openai-key', 'sk-', /(?=[A-Za-z]*\d)[A-Za-z0-9]{32,}/],
  ]),
  ...vendor('OpenRouter', 'https://openrouter.ai/docs/api-reference/authentication', [
    ['openrouter-key', 'sk-or-', /v\d-[0-9a-f]{32,}/],
  ]),
  ...vendor('Groq', 'https://console.groq.com/docs/quickstart', [['groq-key', 'gsk_', /[A-Za-z0-9]{40,}/]]),
  ...vendor('xAI', 'https://docs.x.ai/docs/overview', [['xai-key', 'xai-', /[A-Za-z0-9]{60,}/]]),
  ...vendor('Perplexity', 'https://docs.perplexity.ai/', [['perplexity-key', 'pplx-', /[A-Za-z0-9]{40,}/]]),
  ...vendor('Replicate', 'https://replicate.com/docs/reference/http', [
    ['replicate-token', 'r8_', /[A-Za-z0-9]{37,}/],
  ]),
  ...vendor('Tavily', 'https://docs.tavily.com/', [['tavily-key', 'tvly-', /[\w-]{28,}/]]),
  ...vendor('Hugging Face', 'https://huggingface.co/docs/hub/security-tokens', [
    ['huggingface-token', 'hf_ api_org_', /[A-Za-z0-9]{30,}/],
  ]),
  ...vendor('AWS', 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html', [
    ['aws-access-key', 'AKIA ASIA ABIA ACCA', /[A-Z2-7]{16}(?![A-Za-z0-9])/],
  ]),
  ...vendor('Google', 'https://cloud.google.com/docs/authentication/api-keys', [
    ['google-api-key', 'AIza', /[\w-]{35,}/],
    ['google-oauth-secret', 'GOCSPX-', /[\w-]{24,}/],
    ['google-oauth-token', 'ya29.', /[\w-]{20,}(?:\.[\w-]+)*/],
  ]),
  ...vendor('DigitalOcean', 'https://docs.digitalocean.com/reference/api/create-personal-access-token/', [
    ['digitalocean-token', 'dop_v1_ doo_v1_ dor_v1_', /[0-9a-f]{64,}/],
  ]),
  ...vendor('Cloudflare', 'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/', [
    ['cloudflare-token', 'cfk_ cfat_', /[\w-]{40,}/],
    ['cloudflare-token', 'cfut', /_[\w-]{40,}/],
    ['cloudflare-token', 'v1.0-', /[0-9a-f]{24}-[0-9a-f]{146}/],
  ]),
  ...vendor('Heroku', 'https://devcenter.heroku.com/articles/authentication', [
    ['heroku-key', 'HRKU-', /[\w-]{36,}/],
  ]),
  ...vendor('Fly.io', 'https://fly.io/docs/security/tokens/', [
    ['fly-token', 'fm1r_ fm1a_ fm2_', /[A-Za-z0-9+/]{80,}={0,3}/],
    ['fly-token', 'fo1_', /[\w-]{43,}/],
  ]),
  ...vendor('Supabase', 'https://supabase.com/docs/guides/api/api-keys', [
    ['supabase-key', 'sb_secret_', /[\w-]{20,}/],
    ['supabase-key', 'sbp_', /[0-9a-f]{40,}/],
  ]),
  ...vendor('Databricks', 'https://docs.databricks.com/dev-tools/auth/pat.html', [
    ['databricks-token', 'dapi', /[0-9a-f]{32}(?:-\d)?(?![A-Za-z0-9])/],
  ]),
  ...vendor('HashiCorp', 'https://developer.hashicorp.com/vault/docs/concepts/tokens', [
    ['vault-token', 'hvs. hvb. hvr.', /[\w-]{24,}/],
  ]),
  ...vendor('PlanetScale', 'https://planetscale.com/docs/concepts/service-tokens', [
    ['planetscale-token', 'pscale_tkn_ pscale_pw_ pscale_oauth_', /[\w=.-]{32,}/],
  ]),
  ...vendor('Pulumi', 'https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/', [
    ['pulumi-token', 'pul-', /[0-9a-f]{40}(?![A-Za-z0-9])/],
  ]),
  ...vendor('Doppler', 'https://docs.doppler.com/docs/service-tokens', [
    ['doppler-token', 'dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.', /(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,}/],
  ]),
  ...vendor('GitHub', 'https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/', [
    // Installation tokens (ghs_) are about 520 characters with dots since 2026.
    ['github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', /[\w-]{36,}(?:\.[\w-]+)*/],
    ['github-token', 'github_pat_', /\w{36,}/],
  ]),
  ...vendor('GitLab', 'https://docs.gitlab.com/security/tokens/#token-prefixes', [
    [
      'gitlab-token',
      'glpat- gldt- glrt- glrtr- glptt- glcbt- glft- glimt- glagent- glsoat- gloas- glffct- glwt- GR1348941',
      /[\w-]{20,}(?:\.[\w-]+)*/,
    ],
  ]),
  ...vendor('Atlassian', 'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens/', [
    ['atlassian-token', 'ATATT3 ATCTT3 ATBB', /[\w=-]{24,}/],
  ]),
  ...vendor('npm', 'https://docs.npmjs.com/about-access-tokens', [['npm-token', 'npm_', /[A-Za-z0-9]{36,}/]]),
  ...vendor('PyPI', 'https://pypi.org/help/#apitoken', [['pypi-token', 'pypi-AgE', /[\w-]{50,}/]]),
  ...vendor('RubyGems', 'https://guides.rubygems.org/api-key-scopes/', [
    ['rubygems-key', 'rubygems_', /[0-9a-f]{48,}/],
  ]),
  ...vendor('Docker', 'https://docs.docker.com/security/access-tokens/', [
    ['docker-token', 'dckr_pat_ dckr_oat_', /[\w-]{27,}/],
  ]),
  ...vendor('Slack', 'https://api.slack.com/concepts/token-types', [
    ['slack-token', 'xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxc- xoxd- xoxe- xoxe.', /[A-Za-z0-9%.-]{16,}/],
    ['slack-token', 'xapp-', /\d-[A-Za-z0-9]+-[A-Za-z0-9-]{16,}/],
  ]),
  ...vendor('Discord', 'https://discord.com/developers/docs/reference#authentication', [
    ['discord-token', base64OfDigits.join(' '), /[\w-]{20,26}\.[\w-]{6,7}\.[\w-]{27,}/],
  ]),
  ...vendor('Stripe', 'https://docs.stripe.com/keys', [
    ['stripe-key', 'sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_ sk_org_', /[A-Za-z0-9_]{16,}/],
    ['stripe-webhook-secret', 'whsec_', /[A-Za-z0-9+/]{24,}={0,2}/],
  ]),
  ...vendor('Square', 'https://developer.squareup.com/docs/build-basics/access-tokens', [
    ['square-token', 'sq0atp- sq0csp- sq0idp-', /[\w-]{22,}/],
    ['square-token', 'EAAA', /[\w-]{58,62}(?![\w+=])/],
  ]),
  ...vendor('Shopify', 'https://shopify.dev/docs/apps/build/authentication-authorization', [
    ['shopify-token', 'shpat_ shpca_ shppa_ shpss_ shpua_', /[0-9a-fA-F]{32,}/],
  ]),
  ...vendor('Twilio', 'https://www.twilio.com/docs/iam/api-keys', [
    ['twilio-key', hexDigits.map((digit) => `SK${digit}`).join(' '), /[0-9a-f]{31}(?![A-Za-z0-9])/],
  ]),
  ...vendor('SendGrid', 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys', [
    ['sendgrid-key', 'SG.', /[\w-]{16,32}\.[\w-]{32,}/],
  ]),
  ...vendor('Mailgun', 'https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/', [
    ['mailgun-key', 'key-', /[0-9a-f]{32}(?![A-Za-z0-9])/],
  ]),
  ...vendor('Brevo', 'https://developers.brevo.com/docs/api-key-authentication', [
    ['brevo-key', 'xkeysib- xsmtpsib-', /[0-9a-f]{64}-[A-Za-z0-9]{16,}/],
  ]),
  ...vendor('Resend', 'https://resend.com/docs/api-reference/introduction', [
    ['resend-key', 're_', /[A-Za-z0-9]{8}_[A-Za-z0-9]{24,}/],
  ]),
  ...vendor('HubSpot', 'https://developers.hubspot.com/docs/guides/apps/private-apps/overview', [
    ['hubspot-token', 'pat-na pat-eu pat-ap', /\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/],
  ]),
  ...vendor('New Relic', 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/', [
    ['newrelic-key', 'NRAK- NRAA- NRRA- NRII- NRIQ- NRJS- NRBR-', /[A-Za-z0-9_-]{16,}/],
  ]),
  ...vendor(
    'Grafana',
    'https://grafana.com/docs/grafana-cloud/account-management/authentication-and-permissions/',
    [
      ['grafana-token', 'glc_', /[A-Za-z0-9+/]{32,}={0,3}/],
      ['grafana-token', 'glsa_', /[A-Za-z0-9]{32}_[0-9a-fA-F]{8}/],
    ],
  ),
  ...vendor('Sentry', 'https://docs.sentry.io/account/auth-tokens/', [
    ['sentry-token', 'sntryu_', /[0-9a-f]{64,}/],
    ['sentry-token', 'sntrys_', /[A-Za-z0-9+/=_-]{40,}/],
  ]),
  ...vendor('Linear', 'https://linear.app/developers/graphql', [
    ['linear-key', 'lin_api_ lin_oauth_', /[A-Za-z0-9]{32,}/],
  ]),
  ...vendor('Notion', 'https://developers.notion.com/reference/authentication', [
    ['notion-token', 'ntn_', /[A-Za-z0-9]{40,}/],
  ]),
  ...vendor('Figma', 'https://www.figma.com/developers/api#access-tokens', [
    ['figma-token', 'figd_ figo_', /[\w-]{36,}/],
  ]),
  ...vendor('Postman', 'https://learning.postman.com/docs/developer/postman-api/authentication/', [
    ['postman-key', 'PMAK-', /[0-9a-f]{24}-[0-9a-f]{34,}/],
  ]),
  ...vendor('age', 'https://github.com/C2SP/C2SP/blob/main/age.md', [
    ['age-key', 'AGE-SECRET-KEY-', /1[0-9A-Z]{58}/],
  ]),
  ...vendor('JSON Web Token', 'https://www.rfc-editor.org/rfc/rfc7519', [
    ['jwt', 'eyJ', /[\w-]{8,}\.(?:eyJ[\w-]{4,}(?:\.[\w-]*)?|[\w-]*\.[\w-]*\.[\w-]{10,}\.[\w-]{10,})/],
  ]),
];

function sourceOf({ literals, body }: VendorRule): string {
  return `(?:${literals.join('|').replaceAll('.', String.raw`\.`)})(?:${body.source})`;
}

const anyVendorKey = new RegExp(`^(?:${vendorRules.map(sourceOf).join('|')})`);

/** Whether a key of a known form starts at `at`: then its own rule names it. */
export function isVendorKey(text: string, at: number): boolean {
  return anyVendorKey.test(text.slice(at, at + windowLength));
}

const keyRun = /[\w.+/=-]{1,4096}/y;

/** Looks for the keys of {@link vendorRules}. */
export const vendorDetectors: readonly Detector[] = vendorRules.map((rule) => {
  const key = new RegExp(`^${sourceOf(rule)}`);
  return {
    literals: rule.literals,
    find: (text, at, from) => {
      if (!startsWord(text, at, from) || isEscaped(text, at)) return undefined;
      const secret = key.exec(text.slice(at, at + windowLength))?.[0];
      if (secret === undefined) return undefined;
      const end = at + secret.length;
      const isCut = secret.length === windowLength;
      return {
        start: at,
        end: isCut ? endOfRun(text, end, keyRun) : end,
        rule: isPlaceholder(secret) ? null : rule.id,
      };
    },
  };
});
