import { expect, it } from 'vitest';
import { toPodContainer } from './pod-target.ts';

const meta: [string, string][] = [
  ['__meta_kubernetes_namespace', 'shop'],
  ['__meta_kubernetes_pod_name', 'api-1'],
  ['__meta_kubernetes_pod_container_name', 'api'],
  ['__meta_kubernetes_pod_uid', 'u'],
];

it('is a container with the labels that Alloy gives it', () => {
  expect(toPodContainer([...meta, ['app', 'api']], 'loki.source.kubernetes.pods', [])).toEqual({
    ...{ namespace: 'shop', pod: 'api-1', container: 'api', uid: 'u' },
    labels: [
      ['job', 'loki.source.kubernetes.pods'],
      ['instance', 'shop/api-1:api'],
      ['app', 'api'],
    ],
  });
});

it('takes the labels of after relabelling first, and what the target says itself', () => {
  const target: [string, string][] = [
    ...meta,
    ['__pod_name__', 'other'],
    ['job', 'mine'],
    ['instance', 'own'],
  ];
  expect(toPodContainer(target, 'x', [['team', 'a']])).toMatchObject({
    pod: 'other',
    labels: [
      ['job', 'mine'],
      ['instance', 'own'],
      ['team', 'a'],
    ],
  });
});

it('says which label is missing', () => {
  expect(toPodContainer(meta.slice(0, 2), 'x', [])).toBe('__meta_kubernetes_pod_container_name');
});
