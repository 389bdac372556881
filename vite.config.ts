import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { defineConfig, type Plugin } from 'vite';

/** One symbol of a sprite: the picture's own attributes and shapes under a name. */
function symbol(name: string, svg: string): string {
  const match = /<svg([^>]*)>([\s\S]*)<\/svg>/.exec(svg.replace(/<!--[\s\S]*?-->/g, ''));
  if (!match) throw new Error(`${name}: not an SVG`);
  const attributes = (match[1] ?? '').replace(/\s(?:xmlns|width|height|class)="[^"]*"/g, '').trim();
  const shapes = (match[2] ?? '').replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, '').trim();
  return `<symbol id="${name}" ${attributes}>${shapes.replace(/\s*\n\s*/g, '')}</symbol>`;
}

function iconNames(): string[] {
  return readFileSync('frontend/icons.txt', 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Files with hashed names: the site's icon, a sprite of the icons named in icons.txt, one of our drawings. */
function sprites(): Plugin {
  return {
    name: 'collaudo-sprites',
    apply: 'build',
    generateBundle(): void {
      const icons = iconNames().map((name) =>
        symbol(name, readFileSync(join('node_modules/@tabler/icons/icons/outline', `${name}.svg`), 'utf8')),
      );
      const drawings = readdirSync('frontend/drawings')
        .filter((file) => file.endsWith('.svg'))
        .sort()
        .map((file) => symbol(file.slice(0, -4), readFileSync(join('frontend/drawings', file), 'utf8')));
      this.emitFile({
        type: 'asset',
        name: 'icon.svg',
        originalFileName: 'icon.svg',
        source: readFileSync('frontend/icon.svg', 'utf8'),
      });
      for (const [fileName, symbols] of [['icons.svg', icons], ['drawings.svg', drawings]] as const) {
        this.emitFile({
          type: 'asset',
          name: fileName,
          originalFileName: fileName,
          source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`,
        });
      }
    },
  };
}

export default defineConfig({
  root: 'frontend',
  base: '/static/',
  publicDir: false,
  plugins: [sprites()],
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    assetsInlineLimit: 0,
    target: 'es2022',
    // light-dark() stays as written: lowered, it would not follow the page's scheme from file to file.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['main', 'resource', 'theme'].map((name) => `frontend/src/${name}.ts`) },
  },
});
