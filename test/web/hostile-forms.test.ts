// SPDX-License-Identifier: AGPL-3.0-or-later
// Every form, empty and with nonsense: no broken page, each fault beside its field, and no typed text is lost.
import { afterEach, describe, expect, it } from '@jest/globals'
import { routes } from '../../server/routes.ts'
import { stopApps } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import {
  fieldsOf,
  fill,
  formsFor,
  isEnd,
  lost,
  shapeOf,
  CHOICE,
  type FoundForm,
  type Pairs,
} from '../support/found-forms.ts'
import { fullWorld } from '../support/full-world.ts'
import { send } from '../support/http.ts'
import type { Name } from '../support/world.ts'

afterEach(stopApps)

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

/** Pages that need a mailed link, a failed mail or a server that is away; they are tested elsewhere. */
const ELSEWHERE = new RegExp(
  [
    '^/applications/(answering|guardian|attendance)/',
    'messages/reading$',
    ':application/consent$',
    '/typed(/removal)?$',
    'offers/import(/:import/drafts)?$',
    '^/work/import(?:/:file/taking)?$',
    '^/my/gathered(?:/check|/:gathered/removal)?$',
    'offers/:offer/answer$',
    '^/notices/',
    'alerts/:token/(renewal|stop)$',
    'letting-go$',
    'offers/near$',
    'offers/:offer/pictures$',
    'offers/:offer/sheet(/removal)?$',
    'timer/removal$',
    '^/(setup|renew|email|erasure|operator(?!/privacy))/',
    'restriction/end$',
    'consents/:consent',
    '^/sign-in/(who|code|association)',
    ':(?:entry|trip)/confirmation',
    'password-link',
    'second-factor/(conf|rem)',
    'codes$',
    'rates/:rate/withdrawal',
    'simulation/:method',
    '/logo',
    'approval/undo',
    ':testimonial/undo',
    'resumption',
    'offers/:offer/(withdrawal|proposal)',
    ':person/return',
    ':person/(?:own-roles|teams)/removal',
    'moderation/(:item/(removal|suspension)|undo)',
    ':affiliation/exact-sums',
  ].join('|'),
)

const reached = new Set<string>()
const sentBefore = new Set<string>()
/** What is sent in English too: its words are others, its code is the same. */
const IN_ENGLISH = ['nothing at all', 'nonsense']
/** Who has most rights comes first: a form is sent by one person in each language, and then by nobody else. */
const PEOPLE: [Name | 'nobody', string][] = [
  ['nobody', 'fr'],
  ['amina', 'fr'],
  ['bastien', 'fr'],
  ['farid', 'fr'],
  ['elise', 'fr'],
  ['chloe', 'fr'],
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
        const key = `${language} ${shapeOf(form.action)} ${form.fields.map(({ name: field }) => field).join()}`
        if (sentBefore.has(key)) continue
        sentBefore.add(key)
        for (const [what, input] of Object.entries(INPUTS)) {
          if (language === 'en' && !IN_ENGLISH.includes(what)) continue
          const sent = input(form)
          await b.post(form.action, fieldsOf(sent))
          const report = (text: string) => found.push(`${shapeOf(form.action)}, ${what}: ${text}`)
          if (b.status >= 500) report(`answered ${b.status}`)
          if (b.status === 422 && what !== 'hidden fields changed')
            for (const text of complaints(b, form, sent)) report(text)
          if (b.isSent && b.status === 200) report('is answered with a page, which a reload would ask for again (J18)')
          if (what === 'nothing at all' && b.status === 200 && form.fields.some(({ required }) => required))
            report('a field that must be filled in was left empty, and no fault was shown')
        }
      }
      expect(found).toEqual([])
    },
  )

  it('reaches every form of the site map, but for those that only a link or a failure brings about', () => {
    const posts = routes.flatMap(({ method, path }) =>
      method === 'post' ? [{ path, shape: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`) }] : [],
    )
    // Each address is that of the first line which fits: « /enquiries/new » is not « /enquiries/:token ».
    const found = new Set([...reached].map((one) => posts.find(({ shape }) => shape.test(one))?.path))
    const missing = posts
      .map(({ path }) => path)
      .filter((path) => !found.has(path) && !ELSEWHERE.test(path) && !/^\/(language|sign-out)/.test(path))
    expect(missing).toEqual([])
  })
})

/** Files without a name, in each field for one. */
const NAMELESS = `${['file', 'logo', 'picture', 'sheet'].map((field) => `--x\r\nContent-Disposition: form-data; name="${field}"\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n`).join('')}--x--\r\n`

describe('a request that is no form', () => {
  const BODIES: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ['application/json', '{"name":"x"}'],
    ['text/plain', 'name=x'],
    ['application/xml', '<name>x</name>'],
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--x--\r\n'],
    // It ends in the middle of a file.
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="a"; filename="a.csv"\r\n\r\nx'],
    ['multipart/form-data; boundary=x', NAMELESS],
  ]
  it.each<Name | 'nobody'>(['nobody', 'chloe', 'amina'])(
    'gets an answer from every address, sent by %s (web L6)',
    async (name) => {
      const { world } = await fullWorld()
      const b = name === 'nobody' ? world.browser() : await world.signIn(name)
      const { publicUrl: origin } = world.deps.config
      const headers = { origin, 'sec-fetch-site': 'same-origin', 'accept-encoding': 'identity', cookie: b.cookie }
      const wrong: string[] = []
      for (const { method, path } of routes) {
        if (method !== 'post' || /sign-out/.test(path)) continue
        for (const [type, body] of BODIES) {
          const answer = await send(new URL(world.url + path.replaceAll(/:\w+/g, 'x')), {
            method: 'POST',
            headers: new Headers({ ...headers, ...(type && { 'content-type': type }) }),
            ...(body !== undefined && { body }),
          })
          if (answer.status >= 500) wrong.push(`${path} ${type}: ${answer.status}`)
        }
      }
      expect(wrong).toEqual([])
    },
  )
})
