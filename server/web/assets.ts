// SPDX-License-Identifier: AGPL-3.0-or-later
// Each file is named after its content, so that browsers may keep it without end.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Router } from 'express'

const FOLDER = join(import.meta.dirname, '../../views/assets')
const FILES = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' } as const

/** `light` and `dark`: the styles for a frame whose colours are chosen, whatever the visitor's machine prefers. */
export type Assets = { urls: Record<'css' | 'light' | 'dark' | 'js' | 'icon', string>; router: Router }

export function createAssets(): Assets {
  const order = existsSync(join(FOLDER, 'order.json'))
    ? (JSON.parse(readFileSync(join(FOLDER, 'order.json'), 'utf8')) as string[])
    : ['tokens.css', 'base.css', 'parts.css']
  const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8')
  const css = order
    .map(read)
    .join('\n')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\n\s*\n+/g, '\n')
  const router = Router()
  const urlOf = (type: keyof typeof FILES, body: string) => {
    const name = `/assets/${createHash('sha256').update(body).digest('base64url').slice(0, 12)}.${type}`
    const packed = gzipSync(body, { level: 9 })
    router.get(name, (req, res) => {
      res.set({ 'content-type': FILES[type], 'cache-control': 'public, max-age=31536000, immutable' })
      res.vary('Accept-Encoding')
      if (req.acceptsEncodings('gzip') === 'gzip') res.set('content-encoding', 'gzip').send(packed)
      else res.send(body)
    })
    return name
  }
  const urls = {
    css: urlOf('css', css),
    light: urlOf('css', inOneLight(css, 'light')),
    dark: urlOf('css', inOneLight(css, 'dark')),
    js: urlOf('js', read('enhance.js')),
    icon: urlOf('svg', read('favicon.svg')),
  }
  return { urls, router }
}

function inOneLight(css: string, look: 'light' | 'dark'): string {
  return css
    .replaceAll('(prefers-color-scheme: dark)', look === 'dark' ? 'all' : 'not all')
    .replaceAll('color-scheme: light dark', `color-scheme: ${look}`)
}
