// SPDX-License-Identifier: AGPL-3.0-or-later
// Every form that one person can reach, as a browser sees it.
import { routes } from '../../server/routes.ts'
import { decoded, type Browser } from './browser.ts'

/** `now`: what a browser sends when nobody touches it. */
export type Field = { name: string; kind: string; values: string[]; required: boolean; now: string[] }
export type Pairs = [string, string][]
/** `page`: where it stands. `buttons`: what each of those sends that have a name. */
export type FoundForm = {
  page: string
  isSearch: boolean
  action: string
  fields: Field[]
  hidden: Pairs
  buttons: Pairs
}

export const CHOICE = new Set(['radio', 'checkbox', 'select'])
const NOT_READ_BACK = new Set(['radio', 'checkbox', 'select', 'password', 'date'])
/** An address with its ids left out. */
export const shapeOf = (path: string) => path.split('?')[0]!.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{16,}/g, ':id')
/** What a browser sends for it. @param value the answers of a field. */
export const fill = (form: FoundForm, value: (field: Field) => string[]): Pairs => [
  ...form.hidden,
  ...form.fields.flatMap((field) => value(field).map((one): [string, string] => [field.name, one])),
]

/** As `Browser.post` takes them. */
export function fieldsOf(sent: Pairs): Record<string, string[]> {
  const fields: Record<string, string[]> = {}
  for (const [key, value] of sent)
    Object.defineProperty(fields, key, {
      value: [...(Object.hasOwn(fields, key) ? fields[key]! : []), value],
      enumerable: true,
      configurable: true,
    })
  return fields
}

/** A page about one of many objects is read once. @param key what is alike for forms of which one is enough. */
export async function formsFor(b: Browser, known: string[], key = keyOf): Promise<FoundForm[]> {
  const forms = new Map<string, FoundForm>()
  const seen = new Set<string>()
  const plain = routes.filter(({ method, path }) => method === 'get' && !/[:.]/.test(path)).map(({ path }) => path)
  const queue = [...known, ...plain]
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const shape = known.includes(path) ? path : shapeOf(path)
    if (seen.has(shape) || /\.(csv|atom|ics|json|gz|pdf|ods|xlsx|png|webp|svg)\b|sign-out|^\/(api|media)/.test(path))
      continue
    seen.add(shape)
    await b.get(path)
    if (b.status >= 500) throw new Error(`${path} answered ${b.status}`)
    if (b.status !== 200) continue
    queue.push(...[...b.document.querySelectorAll('a[href^="/"]')].map((one) => one.getAttribute('href')!))
    for (const form of formsOn(b)) if (!forms.has(key(form))) forms.set(key(form), form)
  }
  return [...forms.values()]
}

/** Alike for the same form about another object. */
export const keyOf = ({ action, fields }: FoundForm) => `${shapeOf(action)} ${fields.map(({ name }) => name).join()}`

/** The forms of the page that is shown, but for those with a file and those of every page. */
export function formsOn(b: Browser): FoundForm[] {
  return [...b.document.querySelectorAll('form[method=post]')].flatMap((form) => {
    if (form.getAttribute('enctype')) return []
    const others = `button[form="${form.id}"][formaction], form#${form.id || 'none'} [formaction]`
    const elsewhere = [...b.document.querySelectorAll(others)].map((one) => one.getAttribute('formaction')!)
    const actions = [form.getAttribute('action') || b.url, ...elsewhere]
    return actions.filter((action) => !/^\/(language|sign-out)/.test(action)).map((action) => readForm(b, form, action))
  })
}

const controls = new WeakMap<Document, Element[]>()

/** Looked for once on each page, because every field of every form is looked for among them. */
function controlsOf({ document }: Browser): Element[] {
  const known = controls.get(document) ?? [...document.querySelectorAll('input, select, textarea')]
  controls.set(document, known)
  return known
}

/** Also one that stands elsewhere on the page. */
function isControlOf(control: Element, form: Element): boolean {
  const named = control.getAttribute('form')
  return named ? named === form.id : control.closest('form') === form
}

function readForm(b: Browser, form: Element, action: string): FoundForm {
  const fields = new Map<string, Field>()
  const hidden: Pairs = []
  for (const control of controlsOf(b)) {
    const name = control.getAttribute('name')
    if (!name || !isControlOf(control, form)) continue
    const tag = control.tagName.toLowerCase()
    const kind = tag === 'input' ? (control.getAttribute('type') ?? 'text') : tag
    const value = control.getAttribute('value') ?? ''
    // No person sees this field, and nothing of it comes back.
    if (name === 'topic') continue
    if (kind === 'hidden') hidden.push([name, value])
    else {
      const options = [...control.querySelectorAll('option')].map((one) => one.getAttribute('value') ?? '')
      const known = fields.get(name)
      const required = control.hasAttribute('required')
      const values = tag === 'select' ? options : [...(known?.values ?? []), value]
      fields.set(name, { name, kind, required, values, now: [...(known?.now ?? []), ...nowOf(control, kind, value)] })
    }
  }
  const isSearch = form.getAttribute('role') === 'search'
  const buttons = [...b.document.querySelectorAll('button[name]:not([formaction])')]
    .filter((one) => isControlOf(one, form))
    .map((one): [string, string] => [one.getAttribute('name')!, one.getAttribute('value') ?? ''])
  return { page: b.url, isSearch, action, fields: [...fields.values()], hidden, buttons }
}

function nowOf(control: Element, kind: string, value: string): string[] {
  if (kind === 'textarea') return [decoded(control.textContent ?? '')]
  if (kind === 'radio' || kind === 'checkbox') return control.hasAttribute('checked') ? [value] : []
  if (kind !== 'select') return [value]
  const chosen = control.querySelector('option[selected]') ?? control.querySelector('option')
  return [chosen?.getAttribute('value') ?? '']
}

/** What was sent in a field and is not in the form of the page. */
export function lost(b: Browser, form: FoundForm, { name, kind, values }: Field, sent: Pairs): string[] {
  const wanted = sent.filter(([key]) => key === name).map(([, value]) => value)
  // Two forms of a page may have fields of one name.
  if (!wanted.some((value) => value.trim())) return []
  const named = controlsOf(b).filter(
    (one) => one.getAttribute('name') === name && one.getAttribute('type') !== 'hidden',
  )
  const own = named.length > 0 ? b.document.querySelector(`form[action="${form.action}"]`) : undefined
  const found = own ? named.filter((one) => isControlOf(one, own)) : named
  if (found.length === 0) return [`the field ${name} is gone`]
  if (CHOICE.has(kind)) {
    const options = kind === 'select' ? [...found[0]!.querySelectorAll('option')] : found
    const kept = options.filter((one) => one.hasAttribute('checked') || one.hasAttribute('selected'))
    const missing = wanted.filter((value) => value && values.includes(value))
    return missing
      .filter((value) => !kept.some((one) => one.getAttribute('value') === value))
      .map((value) => `the choice ${name}=${value} is lost`)
  }
  if (NOT_READ_BACK.has(kind)) return []
  const shown = kind === 'textarea' ? decoded(found[0]!.textContent ?? '') : (found[0]!.getAttribute('value') ?? '')
  const plain = (text: string) =>
    text
      .replaceAll('\r\n', '\n')
      .replaceAll(/[\u0000\u202e\ufeff]/g, '')
      .trim()
  if (plain(shown) === plain(wanted[0] ?? '')) return []
  return [`${name} holds « ${shown.slice(0, 40)} » in place of « ${(wanted[0] ?? '').slice(0, 40)} »`]
}

/** Buttons that remove what the others need come last. */
export const isEnd = ({ action }: FoundForm) =>
  /(removal|archiving|stop|acceptance|suspension|ending|end|cancellation|closing|withdrawal)$/.test(action)
