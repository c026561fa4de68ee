// How `alerting` is read.
import type { AlertingConfig, AlertmanagerConfig } from './config.ts';
import { discoveriesField } from './discovery-section.ts';
import { atMostOne, httpClient } from './http-client-section.ts';
import type { NameValidation, RelabelConfig } from './relabel-config.ts';
import { finishRelabel, relabelList, type WrittenRelabelConfig } from './relabel-section.ts';
import { checkStaticTargets } from './scrape-section.ts';
import { field, inline, optional, placeField, type Section, section } from './section.ts';
import { duration, listOf, oneOf, secret, text } from './type.ts';

type Rules = readonly WrittenRelabelConfig[];

interface WrittenAlertmanager
  extends Omit<AlertmanagerConfig, 'relabelConfigs' | 'alertRelabelConfigs'> {
  readonly apiVersion: string;
  readonly sigv4: Sigv4 | undefined;
  readonly relabelConfigs: Rules;
  readonly alertRelabelConfigs: Rules;
}

export interface WrittenAlerting {
  readonly alertRelabelConfigs: Rules;
  readonly alertmanagers: readonly WrittenAlertmanager[];
}

interface Sigv4 {
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly profile: string;
  readonly roleArn: string;
  readonly externalId: string;
  readonly useFipsStsEndpoint: string;
}

/** Amazon's signatures: checked, not made. */
export const sigv4Section: Section<Sigv4> = section<Sigv4>({
  region: field('region', text),
  accessKey: field('access_key', text),
  secretKey: field('secret_key', secret),
  profile: field('profile', text),
  roleArn: field('role_arn', text),
  externalId: field('external_id', text),
  useFipsStsEndpoint: field('use_fips_sts_endpoint', text),
});

const alertmanagerSection = section<WrittenAlertmanager>(
  {
    http: inline(httpClient),
    sigv4: field('sigv4', optional(sigv4Section)),
    scheme: field('scheme', text, { fallback: 'http' }),
    pathPrefix: field('path_prefix', text),
    timeoutMs: field('timeout', duration, { fallback: 10_000 }),
    apiVersion: field('api_version', oneOf(['v2'] as const), { fallback: 'v2' }),
    relabelConfigs: field('relabel_configs', relabelList('Alertmanager target relabeling rule')),
    alertRelabelConfigs: field(
      'alert_relabel_configs',
      relabelList('Alertmanager alert relabeling rule'),
    ),
    discoveries: discoveriesField,
    place: placeField,
  },
  {
    check: (config, written, at) => {
      checkStaticTargets(config, at);
      atMostOne(written, at, ['basic_auth', 'authorization', 'oauth2', 'sigv4']);
      if (config.sigv4) {
        at.warn(config.place, 'alerts are not signed by sigv4: Sightline does not sign requests');
      }
      return undefined;
    },
  },
);

export const alertingSection = section<WrittenAlerting>({
  alertRelabelConfigs: field('alert_relabel_configs', relabelList('alert relabeling rule')),
  alertmanagers: field('alertmanagers', listOf(alertmanagerSection, 'Alertmanager section')),
});

export function finishAlerting(
  { alertRelabelConfigs, alertmanagers }: WrittenAlerting,
  validation: NameValidation,
): AlertingConfig {
  const finish = (rules: Rules): RelabelConfig[] =>
    rules.map((rule) => finishRelabel(rule, validation));
  return {
    alertRelabelConfigs: finish(alertRelabelConfigs),
    alertmanagers: alertmanagers.map((one) => ({
      ...one,
      relabelConfigs: finish(one.relabelConfigs),
      alertRelabelConfigs: finish(one.alertRelabelConfigs),
    })),
  };
}
