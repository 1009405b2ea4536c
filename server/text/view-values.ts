// SPDX-License-Identifier: AGPL-3.0-or-later
// What do the template helpers find at the root of a page, and how is a value made safe for HTML?
import Handlebars from 'handlebars'
import type { HelperOptions } from 'handlebars'

export type Options = HelperOptions

/** The part of a Translator that templates use (server/text/i18n.ts has the whole of it). */
export type ViewTranslator = {
  (key: string, params?: Record<string, unknown>): string
  n(key: string, count: number, params?: Record<string, unknown>): string
  date(iso: string, style?: string): string
  minutes(minutes: number): string
  money(cents: number, currency: string): string
  number(value: number): string
  list(items: string[]): string
  text(map: Record<string, string>): Spoken
  locale: string
}

/** Words and the language they are in. */
export type Spoken = { text: string; lang: string }

type ViewData = { t: ViewTranslator; site?: { lang: string } } & Record<string, unknown>

/** The page model as given to the renderer, whatever the depth of the block or partial. */
export function viewData(options: Options): ViewData {
  return (options.data as { root: ViewData }).root
}

/** Words of a plain string, a `{ text, lang }` or a language map `{ fr, en }`; never fails. */
export function spoken(value: unknown, options: Options): Spoken {
  if (value === null || value === undefined) return { text: '', lang: '' }
  if (typeof value !== 'object') return { text: String(value), lang: '' }
  if ('text' in value) return { text: String(value.text ?? ''), lang: 'lang' in value ? String(value.lang ?? '') : '' }
  return viewData(options).t.text(value as Record<string, string>)
}

export function escape(value: unknown): string {
  return Handlebars.escapeExpression(String(value ?? ''))
}

/** Marks a text as already escaped. Only our own helpers may call it. */
export function html(text: string): Handlebars.SafeString {
  return new Handlebars.SafeString(text)
}

/** ` name="value"`, or nothing when there is no value. */
export function attribute(name: string, value: string): string {
  return value ? ` ${name}="${escape(value)}"` : ''
}

/**
 * An address a page may link to: http, https, mailto, tel, or a path, query or anchor of this site. Anything else,
 * such as `javascript:` or `//host`, becomes `#`.
 */
export function safeUrl(url: unknown): string {
  // Browsers drop tabs and line ends inside addresses: "java\nscript:" would run.
  // eslint-disable-next-line no-control-regex
  const address = String(url ?? '').replace(/[\u0000-\u0020\u007f]+/g, (space) => (space === ' ' ? '%20' : ''))
  if (/^(?:https?:\/\/|mailto:|tel:)/i.test(address)) return address
  if (/^(?:\/(?![/\\])|[?#])/.test(address)) return address
  return '#'
}
