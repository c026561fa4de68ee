import { describe, expect, it } from 'vitest';
import { type ServiceEdge, toServiceGraph } from '../../frame/service-graph.ts';
import { errorText, layoutGraph } from './layout.ts';

const edge = (text: string): ServiceEdge => {
  const [client = '', server = ''] = text.split('>');
  return { client, server, connectionType: '', rate: 1, errorShare: 0, p95: undefined };
};
const layout = (...edges: string[]) => layoutGraph(toServiceGraph(edges.map(edge)), 1000);
const columns = (scene: ReturnType<typeof layoutGraph>): string[] => {
  const xs = [...new Set(scene.boxes.map(({ x }) => x))].sort((a, b) => a - b);
  return xs.map((x) =>
    scene.boxes
      .filter((box) => box.x === x)
      .sort((a, b) => a.y - b.y)
      .map(({ node }) => node.name)
      .join(' '),
  );
};

describe('layoutGraph', () => {
  it('puts who is asked to the right of everybody who asks', () =>
    expect(columns(layout('user>web', 'web>cart', 'web>db', 'cart>db'))).toEqual([
      'user',
      'web',
      'cart',
      'db',
    ]));

  it('cuts circles where a walk from the left meets itself', () =>
    expect(columns(layout('user>a', 'a>b', 'b>c', 'c>a'))).toEqual(['user', 'a', 'b', 'c']));

  it('lays out a circle that nobody enters, and a service that asks itself', () => {
    expect(columns(layout('a>b', 'b>a'))).toEqual(['a', 'b']);
    expect(columns(layout('a>a'))).toEqual(['a']);
  });

  it('puts services near those that they talk with', () => {
    const scene = layout('u>a', 'u>b', 'a>z', 'b>y');
    expect(columns(scene)).toEqual(['u', 'b a', 'y z']);
  });

  it('covers nothing', () => {
    const scene = layout('u>a', 'u>b', 'u>c', 'a>d', 'b>d', 'c>a');
    const places = scene.boxes.map(({ x, y }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(scene.boxes.length);
    expect(Math.max(...scene.boxes.map(({ y }) => y))).toBeLessThan(scene.height);
  });

  it('takes the width that there is, but not more than is good', () => {
    const graph = toServiceGraph([edge('a>b')]);
    expect([100, 514, 5000].map((width) => layoutGraph(graph, width).width)).toEqual([
      514, 514, 596,
    ]);
  });

  it('of nothing makes nothing', () =>
    expect(layoutGraph({ nodes: [], edges: [] }, 1000)).toMatchObject({ boxes: [], curves: [] }));

  it('lays out 200 services at once', () => {
    const edges = Array.from({ length: 1000 }, (_, i) => `s${i % 200}>s${(i * 7 + 13) % 200}`);
    expect(layout(...edges).boxes).toHaveLength(200);
  });
});

describe('errorText', () => {
  const ok = (share: number, text: string) => it(text, () => expect(errorText(share)).toBe(text));
  ok(0, '');
  ok(0.0001, '< 0.1 %');
  ok(0.0123, '1.2 %');
  ok(1, '100 %');
});
