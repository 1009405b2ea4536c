// SPDX-License-Identifier: AGPL-3.0-or-later
import Handlebars from 'handlebars'
import type { HelperOptions } from 'handlebars'

export type Options = HelperOptions

/** The part of a Translator (text/i18n.ts) that templates use. */
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

export type Spoken = { text: string; lang: string }

type ViewData = { t: ViewTranslator; site?: { lang: string } } & Record<string, unknown>

export function viewData(options: Options): ViewData {
  return (options.data as { root: ViewData }).root
}

/** From a string, a `{ text, lang }` or a language map `{ fr, en }`; never fails. */
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

export function attribute(name: string, value: string): string {
  return value ? ` ${name}="${escape(value)}"` : ''
}

/** Accepts http, https, mailto, tel and addresses of this site. Others (`javascript:`, `//host`) become `#`. */
export function safeUrl(url: unknown): string {
  // Browsers drop tabs and line ends inside addresses: "java\nscript:" would run.
  // eslint-disable-next-line no-control-regex
  const address = String(url ?? '').replace(/[\u0000-\u0020\u007f]+/g, (space) => (space === ' ' ? '%20' : ''))
  if (/^(?:https?:\/\/|mailto:|tel:)/i.test(address)) return address
  if (/^(?:\/(?![/\\])|[?#])/.test(address)) return address
  return '#'
}
