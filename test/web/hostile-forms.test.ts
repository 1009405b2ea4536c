// SPDX-License-Identifier: AGPL-3.0-or-later
// Every form, empty and with nonsense: no broken page, each fault beside its field, and no typed text is lost.
import { afterEach, describe, expect, it } from '@jest/globals'
import { routes } from '../../server/routes.ts'
import { stopApps } from '../support/app.ts'
import { decoded, type Browser } from '../support/browser.ts'
import { fullWorld } from '../support/full-world.ts'
import type { Name } from '../support/world.ts'

afterEach(stopApps)

type Field = { name: string; kind: string; values: string[]; required: boolean }
type FoundForm = { action: string; fields: Field[]; hidden: [string, string][] }
type Pairs = [string, string][]

const CHOICE = new Set(['radio', 'checkbox', 'select'])
const NOT_READ_BACK = new Set(['radio', 'checkbox', 'select', 'password', 'date'])
const shapeOf = (path: string) => path.split('?')[0]!.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{16,}/g, ':id')
const fill = (form: FoundForm, value: (field: Field) => string[]): Pairs => [
  ...form.hidden,
  ...form.fields.flatMap((field) => value(field).map((one): [string, string] => [field.name, one])),
]

const INPUTS: Record<string, (form: FoundForm) => Pairs> = {
  'nothing at all': (form) => fill(form, ({ kind }) => (kind === 'radio' || kind === 'checkbox' ? [] : [''])),
  'every choice made, every text missing': (form) =>
    fill(form, ({ kind, values }) => (kind === 'checkbox' ? values : CHOICE.has(kind) ? values.slice(-1) : [''])),
  nonsense: (form) => fill(form, ({ kind }) => [CHOICE.has(kind) ? 'no-such' : `<b>"é&amp;</b>\n 'zz'`.slice(0, 19)]),
  'far too much': (form) => fill(form, ({ kind }) => [CHOICE.has(kind) ? 'n'.repeat(300) : 'long é '.repeat(900)]),
  'each field twice': (form) => fill(form, ({ name }) => [`une fois ${name}`, 'deux fois']),
  'shapes of other programs': (form) => [
    ...form.hidden,
    ...form.fields.flatMap(({ name }): Pairs => [
      [`${name}[b]`, 'x'],
      [`${name}[]`, 'x'],
    ]),
    ['__proto__', 'x'],
    ['constructor', 'x'],
  ],
  'hidden fields changed': (form) => [
    ...form.hidden.map(([name]): [string, string] => [name, name === '_csrf' ? '' : '1e99']),
    ...fill({ ...form, hidden: [] }, () => ['1']),
  ],
  'invisible characters': (form) => fill(form, () => ['\u0000\u202e\ufeff']),
}

/** A page about one of many objects is read once. */
async function formsFor(b: Browser, known: string[]): Promise<FoundForm[]> {
  const forms = new Map<string, FoundForm>()
  const seen = new Set<string>()
  const plain = routes.filter(({ method, path }) => method === 'get' && !/[:.]/.test(path)).map(({ path }) => path)
  const queue = [...known, ...plain]
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const shape = known.includes(path) ? path : shapeOf(path)
    if (seen.has(shape) || /\.(csv|atom|ics|json)|sign-out|^\/(api|media)/.test(path)) continue
    seen.add(shape)
    await b.get(path)
    if (b.status >= 500) throw new Error(`${path} answered ${b.status}`)
    if (b.status !== 200) continue
    queue.push(...[...b.document.querySelectorAll('a[href^="/"]')].map((one) => one.getAttribute('href')!))
    for (const form of b.document.querySelectorAll('form[method=post]')) {
      if (form.getAttribute('enctype')) continue
      const others = `button[form="${form.id}"][formaction], form#${form.id || 'none'} [formaction]`
      const elsewhere = [...b.document.querySelectorAll(others)].map((one) => one.getAttribute('formaction')!)
      for (const action of [form.getAttribute('action') || b.url, ...elsewhere]) {
        if (/^\/(language|sign-out)/.test(action)) continue
        const found = readForm(b, form, action)
        const key = `${shapeOf(action)} ${found.fields.map(({ name }) => name).join()}`
        if (!forms.has(key)) forms.set(key, found)
      }
    }
  }
  return [...forms.values()]
}

function readForm(b: Browser, form: Element, action: string): FoundForm {
  const fields = new Map<string, Field>()
  const hidden: Pairs = []
  for (const control of b.document.querySelectorAll('input, select, textarea')) {
    const name = control.getAttribute('name')
    const own = control.getAttribute('form')
      ? control.getAttribute('form') === form.id
      : control.closest('form') === form
    if (!name || !own) continue
    const tag = control.tagName.toLowerCase()
    const kind = tag === 'input' ? (control.getAttribute('type') ?? 'text') : tag
    const value = control.getAttribute('value') ?? ''
    // No person sees this field, and nothing of it comes back.
    if (name === 'topic') continue
    if (kind === 'hidden') hidden.push([name, value])
    else {
      const options = [...control.querySelectorAll('option')].map((one) => one.getAttribute('value') ?? '')
      const known = fields.get(name)?.values ?? []
      const required = control.hasAttribute('required')
      fields.set(name, { name, kind, required, values: tag === 'select' ? options : [...known, value] })
    }
  }
  return { action, fields: [...fields.values()], hidden }
}

function complaints(b: Browser, form: FoundForm, sent: Pairs): string[] {
  const found: string[] = []
  if (!/^(Erreur|Error)/.test(b.title)) found.push(`the title is « ${b.title} »`)
  const faulty = [...b.document.querySelectorAll('.field--error')]
  if (faulty.length === 0) found.push('no field is marked')
  for (const field of faulty) {
    const id = field.querySelector('.error')?.id ?? ''
    const described = [field, ...field.querySelectorAll('[aria-describedby]')]
    if (!described.some((one) => one.getAttribute('aria-describedby')?.split(' ').includes(id)))
      found.push(`no control is tied to « ${id} »`)
  }
  const words = [...b.document.querySelectorAll('.error, .faults li')].map((one) => one.textContent ?? '')
  if (words.some((text) => /\b[a-z]+\.error\.|\{\w+\}/.test(text))) found.push(`a key is shown: ${words.join(' / ')}`)
  for (const link of b.document.querySelectorAll('.faults a')) {
    const id = link.getAttribute('href')!.slice(1)
    if (!b.document.getElementById(id)) found.push(`the summary leads nowhere: ${id}`)
  }
  return [...found, ...form.fields.flatMap((field) => lost(b, form, field, sent))]
}

function lost(b: Browser, form: FoundForm, { name, kind, values }: Field, sent: Pairs): string[] {
  const wanted = sent.filter(([key]) => key === name).map(([, value]) => value)
  // Two forms of a page may have fields of one name.
  const own = b.document.querySelector(`form[action="${form.action}"]`) ?? b.document
  const controls = [...own.querySelectorAll('input, select, textarea')].filter(
    (one) => one.getAttribute('name') === name && one.getAttribute('type') !== 'hidden',
  )
  if (!wanted.some((value) => value.trim())) return []
  if (controls.length === 0) return [`the field ${name} is gone`]
  if (CHOICE.has(kind)) {
    const options = kind === 'select' ? [...controls[0]!.querySelectorAll('option')] : controls
    const kept = options.filter((one) => one.hasAttribute('checked') || one.hasAttribute('selected'))
    const missing = wanted.filter((value) => value && values.includes(value))
    return missing
      .filter((value) => !kept.some((one) => one.getAttribute('value') === value))
      .map((value) => `the choice ${name}=${value} is lost`)
  }
  if (NOT_READ_BACK.has(kind)) return []
  const shown =
    kind === 'textarea' ? decoded(controls[0]!.textContent ?? '') : (controls[0]!.getAttribute('value') ?? '')
  const plain = (text: string) =>
    text
      .replaceAll('\r\n', '\n')
      .replaceAll(/[\u0000\u202e\ufeff]/g, '')
      .trim()
  if (plain(shown) === plain(wanted[0] ?? '')) return []
  return [`${name} holds « ${shown.slice(0, 40)} » in place of « ${(wanted[0] ?? '').slice(0, 40)} »`]
}

/** Buttons that remove what the others need come last. */
const isEnd = ({ action }: FoundForm) => /(removal|suspension|ending|end|cancellation|closing|withdrawal)$/.test(action)
/** Pages that need a mailed link, a failed mail or a server that is away; they are tested elsewhere. */
const ELSEWHERE =
  /^\/(setup|renew|email|operator)\/|^\/sign-in\/(who|code)|password-link|second-factor\/(conf|rem)|codes$|\/logo|resumption|offers\/:offer\/(withdrawal|proposal)|:person\/return|moderation\/:item\/removal/

const reached = new Set<string>()
const PEOPLE: [Name | 'nobody', string][] = [
  ['nobody', 'fr'],
  ['chloe', 'fr'],
  ['bastien', 'fr'],
  ['elise', 'fr'],
  ['farid', 'en'],
  ['amina', 'fr'],
  ['amina', 'en'],
]

describe('every form, sent by', () => {
  it.each(PEOPLE)(
    '%s (%s): bad input comes back beside its field, and nothing typed is lost',
    async (name, language) => {
      const { world, links, pages } = await fullWorld()
      const b = name === 'nobody' ? world.browser(language) : await world.signIn(name)
      if (language === 'en') await b.post('/language', { locale: 'en', next: '/' })
      const forms = await formsFor(
        b,
        name === 'nobody' ? links : ['bastien', 'farid', 'amina'].includes(name) ? pages : [],
      )
      const found: string[] = []
      for (const form of forms.sort((one, other) => Number(isEnd(one)) - Number(isEnd(other)))) {
        reached.add(shapeOf(form.action))
        if (form.fields.length === 0 && isEnd(form)) continue
        for (const [what, input] of Object.entries(INPUTS)) {
          const sent = input(form)
          const fields: Record<string, string[]> = {}
          for (const [key, value] of sent)
            Object.defineProperty(fields, key, {
              value: [...(Object.hasOwn(fields, key) ? fields[key]! : []), value],
              enumerable: true,
              configurable: true,
            })
          await b.post(form.action, fields)
          const report = (text: string) => found.push(`${shapeOf(form.action)}, ${what}: ${text}`)
          if (b.status >= 500) report(`answered ${b.status}`)
          if (b.status === 422 && what !== 'hidden fields changed')
            for (const text of complaints(b, form, sent)) report(text)
          if (what === 'nothing at all' && b.status === 200 && form.fields.some(({ required }) => required))
            report('a field that must be filled in was left empty, and no fault was shown')
        }
      }
      expect(found).toEqual([])
    },
  )

  it('reaches every form of the site map, but for those that only a link or a failure brings about', () => {
    const shape = (path: string) => path.replaceAll(/:\w+/g, ':id')
    const posts = routes
      .filter(({ method, path }) => method === 'post' && !ELSEWHERE.test(path))
      .map(({ path }) => path)
    const missing = posts.filter((path) => !reached.has(shape(path)) && !/^\/(language|sign-out)/.test(path))
    expect(missing).toEqual([])
  })
})
