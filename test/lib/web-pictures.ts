// Pictures of the UI for docs/screenshots/, kept with SIGHTLINE_SCREENSHOTS=1.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

export const keepsPictures = process.env['SIGHTLINE_SCREENSHOTS'] === '1';

const pictureDir = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

export async function keepPicture(page: Page, name: string): Promise<void> {
  if (keepsPictures) await page.screenshot({ path: join(pictureDir, `${name}.png`) });
}
