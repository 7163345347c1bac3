/**
 * One self-contained page, locked down: the policy allows this page's own stylesheet, by hash, and nothing else, so that not
 * even a mistake here could run a script or fetch anything.
 */
import { createHash } from 'node:crypto';
import { Markup, markup, type Part } from './_markup.ts';
import { styleSheet } from './style.ts';

export function page({ title, description, body }: { readonly title: string; readonly description: string; readonly body: Part }): string {
  const style = styleSheet();
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="description" content="${description}"><title>${title} · molehunt</title><style>${new Markup(style)}</style></head><body>
${body}
</body></html>
`.source;
}
