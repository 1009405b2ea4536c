// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createI18n } from '../../server/text/i18n.ts'
import type { MessageKey } from '../../server/text/message-keys.ts'

const ROOT = join(import.meta.dirname, '../..')
const LOCALES = join(ROOT, 'views/locales')

type Texts = Record<string, string>

function files(locale: string): { file: string; texts: Texts }[] {
  return readdirSync(join(LOCALES, locale))
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, texts: JSON.parse(readFileSync(join(LOCALES, locale, file), 'utf8')) as Texts }))
}

export function readTexts(locale: string): Texts {
  return Object.assign({}, ...files(locale).map(({ texts }) => texts)) as Texts
}

/** Keys out of order, or in the file of another domain; those of Québec are in one file. */
export function misplacedKeys(): string[] {
  return ['fr', 'en', 'fr-CA'].flatMap((locale) =>
    files(locale).flatMap(({ file, texts }) => {
      const keys = Object.keys(texts)
      const sorted = keys.toSorted()
      return keys
        .filter((key, at) => key !== sorted[at] || (locale !== 'fr-CA' && `${key.split('.')[0]}.json` !== file))
        .map((key) => `${locale}/${file}: ${key}`)
    }),
  )
}

export function placeholders(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].toSorted().join(' ')
}

export function readSources(): string {
  return ['config', 'db', 'server', 'federation', 'views']
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter(
      (entry) => entry.isFile() && /\.(?:ts|mjs|hbs)$/.test(entry.name) && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
}

const french = createI18n().for('fr')

/** The French text of a key, with white space as in `browser.text`: a changed sentence breaks no test. */
export function fr(key: MessageKey, params: Record<string, string | number> = {}): string {
  return french(key, params).replaceAll(/[\s\u00a0\u202f]+/g, ' ')
}
