// SPDX-License-Identifier: AGPL-3.0-or-later
import type Handlebars from 'handlebars'
import { iconSvg } from './icons.ts'
import { linked } from './links.ts'
import { registerFormHelpers } from './view-forms.ts'
import { attribute, escape, html, safeUrl, spoken, viewData } from './view-values.ts'
import type { Options } from './view-values.ts'

/**
 * Partials must be in `handlebars.partials` before the first rendering, and templates compiled with
 * `explicitPartialContext` and `preventIndent`: a partial then sees only what it is given, and what people typed keeps
 * its spaces.
 */
export function registerHelpers(handlebars: typeof Handlebars): void {
  for (const [name, helper] of Object.entries({ ...words, ...pictures, ...texts, ...logic }))
    handlebars.registerHelper(name, orField(name, helper as Handlebars.HelperDelegate))
  registerFormHelpers(handlebars)
}

/** A bare `{{date}}` means the field of that name: a helper must not hide a field of the page. */
function orField(name: string, helper: Handlebars.HelperDelegate): Handlebars.HelperDelegate {
  return function (this: unknown, ...args: unknown[]): unknown {
    if (args.length > 1 || name === 'obj' || name === 'array')
      return helper.apply(this, args as Parameters<Handlebars.HelperDelegate>)
    return typeof this === 'object' && this !== null && Object.hasOwn(this, name)
      ? (this as Record<string, unknown>)[name]
      : ''
  }
}

/** @param text escaped; only mail addresses in it are changed. */
function withBreaks(text: string): string {
  if (!text.includes('@')) return text
  const broken = (address: string) => address.replaceAll(/@|\.(?=\w)/g, (mark) => (mark === '@' ? '@<wbr>' : '<wbr>.'))
  return text
    .split(' ')
    .map((word) => (word.includes('@') ? broken(word) : word))
    .join(' ')
}

const words = {
  t: (key: string, options: Options) => viewData(options).t(key, options.hash),
  tn: (key: string, count: number, options: Options) => viewData(options).t.n(key, Number(count), options.hash),
  date: (iso: unknown, ...rest: unknown[]) => day(iso, rest),
  time: (iso: unknown, ...rest: unknown[]) =>
    iso ? html(`<time datetime="${escape(iso)}">${escape(day(iso, rest))}</time>`) : '',
  minutes: (minutes: number, options: Options) => viewData(options).t.minutes(Number(minutes)),
  money: (cents: number, currency: string, options: Options) => viewData(options).t.money(Number(cents), currency),
  number: (value: number, options: Options) => viewData(options).t.number(Number(value)),
  list: (items: readonly string[] | null, options: Options) => viewData(options).t.list([...(items ?? [])]),
}

const pictures = {
  icon: (name: unknown) => html(iconSvg(String(name ?? ''))),
  safeUrl: (url: unknown) => safeUrl(url),
  /** A data block for search engines. Browsers do not run it, so the content security policy does not apply to it. */
  jsonLd: (value: unknown) => (value ? html(`<script type="application/ld+json">${jsonInHtml(value)}</script>`) : ''),
}

const texts = {
  /** To the same page in another language, with the form that the button belongs to. */
  languagePath: (locale: string, next: string) => `/language?${new URLSearchParams({ locale, next })}`,
  plain: (value: unknown, options: Options) => spoken(value, options).text,
  langAttr: (value: unknown, options: Options) => html(attribute('lang', foreign(value, options))),
  langText(value: unknown, options: Options) {
    const lang = foreign(value, options)
    const words = withBreaks(escape(spoken(value, options).text))
    return html(lang ? `<span lang="${escape(lang)}">${words}</span>` : words)
  },
  /** A mail address, which on a phone ends a line behind its @ or before a dot, and not in a word. */
  mailbox: (value: unknown) => html(withBreaks(escape(String(value ?? '')))),
  lang(this: unknown, value: unknown, options: Options) {
    const lang = foreign(value, options)
    const inside = options.fn(this, { data: options.data, blockParams: [spoken(value, options).text] })
    return html(lang ? `<span lang="${escape(lang)}">${inside}</span>` : inside)
  },
  /** In a plain-text mail: each line of what somebody wrote begins with « > ». */
  quoted: (value: unknown, options: Options) =>
    spoken(value, options)
      .text.trim()
      .split(/\r?\n/)
      .map((line) => `> ${line}`.trimEnd())
      .join('\n'),
  /** What a person wrote on one line, with its addresses as links. */
  linked: (value: unknown, options: Options) => html(linked(spoken(value, options).text)),
  /** An empty line starts a paragraph; a line break stays a line break. Addresses are links. */
  paragraphs(value: unknown, options: Options) {
    const lang = attribute('lang', foreign(value, options))
    const blocks = spoken(value, options)
      .text.trim()
      .split(/\r?\n\s*\r?\n/)
    return html(
      blocks
        .filter(Boolean)
        .map((block) => `<p${lang}>${linked(block.trim()).replace(/\r?\n/g, '<br>')}</p>`)
        .join('\n'),
    )
  },
}

const logic = {
  eq: (a: unknown, b: unknown) => a === b,
  ne: (a: unknown, b: unknown) => a !== b,
  gt: (a: number, b: number) => a > b,
  not: (a: unknown) => !holds(a),
  or: (...args: unknown[]) => args.slice(0, -1).find(holds) ?? false,
  and: (...args: unknown[]) => args.slice(0, -1).every(holds) && args.at(-2),
  default: (a: unknown, b: unknown) => (a === undefined || a === null || a === '' ? b : a),
  concat: (...args: unknown[]) => args.slice(0, -1).join(''),
  array: (...args: unknown[]) => args.slice(0, -1),
  obj: (options: Options) => options.hash,
  includes: (array: readonly unknown[] | null | undefined, value: unknown) => (array ?? []).includes(value),
}

/** No character can end the element that holds the JSON. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** As `{{#if}}`: an empty list is false. */
function holds(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}

/** `{{date iso}}` or `{{date iso "short"}}`. */
function day(iso: unknown, rest: unknown[]): string {
  const options = rest.at(-1) as Options
  const style = rest.length > 1 ? String(rest[0]) : 'long'
  return iso ? viewData(options).t.date(String(iso), style) : ''
}

function foreign(value: unknown, options: Options): string {
  const { lang } = spoken(value, options)
  const page = viewData(options).site?.lang ?? viewData(options).t.locale.slice(0, 2)
  return lang && lang.slice(0, 2) !== page.slice(0, 2) ? lang : ''
}
