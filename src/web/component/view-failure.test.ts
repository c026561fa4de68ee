import { describe, expect, it } from 'vitest';
import { describeFailure, loadView, ViewLoadError } from './view-failure.ts';

describe('loadView', () => {
  it('gives what was loaded', async () => {
    await expect(loadView(async () => 'view')).resolves.toBe('view');
  });

  it('says that the code could not be fetched, and why', async () => {
    const cause = new TypeError('Failed to fetch dynamically imported module');
    const failure = loadView(() => Promise.reject(cause));
    await expect(failure).rejects.toBeInstanceOf(ViewLoadError);
    await expect(failure).rejects.toMatchObject({ cause });
  });
});

describe('describeFailure', () => {
  it('blames nobody for a program that is stopped', () => {
    const { title, detail } = describeFailure(new ViewLoadError('x'));
    expect(title).toBe('This view cannot be loaded.');
    expect(detail).not.toContain('mistake');
  });

  it('shows what a mistake of ours was', () => {
    expect(describeFailure(new Error('no such scale')).detail).toContain('no such scale');
  });
});
