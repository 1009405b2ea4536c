// SPDX-License-Identifier: AGPL-3.0-or-later
// For a recipe of CONTRIBUTING.md, names the missing step, unless the compiler or another test does.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { expect, it } from '@jest/globals'
import { FUNNEL } from '../../server/model/counts.ts'
import { routes } from '../../server/routes.ts'
import { createI18n, type Locale } from '../../server/text/i18n.ts'
import { createViews } from '../../server/text/render.ts'
import { readModules, withoutComments } from '../support/sources.ts'
import { findKeys, readTemplates } from '../support/templates.ts'
import { readTexts } from '../support/texts.ts'

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
const templates = readTemplates()
const server = readModules(['server']).map(({ file, text }) => ({ file, code: withoutComments(text) }))
const quoted = (code: string, name: string) => new RegExp(`['"\`]${name}['"\`]`).test(code)

/** Named by a part only: `res.page(\`association/${name}\`)`, and the faults by their status. */
const NAMED_BY_PART = /^(?:association\/(?:about|accessibility|legal|privacy)|errors\/\d+)$/

it('a page: every template that a handler shows is there, and every template is shown', () => {
  const known = new Set(templates.map(({ name }) => name))
  const shown = server.flatMap(({ file, code }) =>
    [...code.matchAll(/\.page\(\s*(?:[^'()]*\? )?'([\w/-]+)'/g)].map(([, view]) => ({ file, view: view! })),
  )
  expect(shown.length).toBeGreaterThan(50)
  const pages = [...known].filter((name) => !/^(?:mail|partials|layouts)\//.test(name) && !NAMED_BY_PART.test(name))
  expect([
    ...shown.filter(({ view }) => !known.has(view)).map(({ file, view }) => `${file}: write views/${view}.hbs`),
    ...pages
      .filter((name) => !server.some(({ code }) => quoted(code, name)))
      .map((name) => `views/${name}.hbs: no handler shows it with res.page('${name}')`),
  ]).toEqual([])
})

const FROM_ELSEWHERE: Record<string, string> = {
  '/hours/kiosk/:token': 'the code on a poster',
  '/hours/own/:token': 'a mail, or the team by other means',
  '/hours/usual/:token': 'a mail',
  '/offres': 'people type it; it leads to /offers',
  '/embed/offers': 'other sites show it in a frame',
  '/robots.txt': 'search engines ask for it',
  '/work/statistics/year.pdf': 'linked by yearsOf of server/statistics/pages/year.ts',
  '/statistics/year.pdf': 'linked by yearsOf of server/statistics/pages/year.ts',
  '/sitemap.xml': 'named in /robots.txt',
  '/operator/federation/hosts/:host': 'linked by pathOf of server/peers/pages/list.ts',
}

it('a page: no line above it in the site map takes its address', () => {
  const taken = routes.flatMap(({ method, path }, at) => {
    const above = routes.slice(0, at).find((one) => one.method === method && isTakenBy(path, one.path))
    return above ? [`server/routes.ts: move ${path} above ${above.path}, which takes its address`] : []
  })
  expect(taken).toEqual([])
})

/** `/a/b` is taken by `/a/:x`, but not `/a/:x` by `/a/b`. */
const isTakenBy = (path: string, pattern: string) =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`).test(path)

it('a page: its title is a key, not a text', () => {
  const texts = server.flatMap(({ file, code }) =>
    [...code.matchAll(/\btitle: '(\p{Lu}[^']*|[^']*\s[^']*)'/gu)].map(
      ([, text]) => `${file}: give « ${text} » a key in views/locales`,
    ),
  )
  expect(texts.filter((text) => !text.startsWith('server/demo/'))).toEqual([])
})

it('a page: a link leads to it', () => {
  const steps = (text: string) =>
    text.replaceAll(/\{\{\{?[^{}]*\}\}\}?/g, ':x').replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, ':x')
  const code = server.filter(({ file }) => file !== 'server/routes.ts').map((one) => one.code)
  const views = templates.map(({ name }) => read(`views/${name}.hbs`))
  const links = steps([...code, ...views].join('\n'))
  const pattern = (path: string) =>
    new RegExp(`${path.replaceAll(/[.?*+^$()[\]\\]/g, '\\$&').replaceAll(/:\w+/g, '[\\w:.%-]+')}(?![\\w/-])`)
  const isLinked = (path: string) => {
    // Written as `{{address}}/closing` or `{{address}}.csv`.
    const end = /:\w+\/([a-z-]+)$/.exec(path)?.[1] ?? /\.(csv)$/.exec(path)?.[1]
    return pattern(path).test(links) || (end !== undefined && new RegExp(`[/.]${end}|'${end}'`).test(links))
  }
  const pages = routes.filter(({ method, path }) => method === 'get' && !Object.hasOwn(FROM_ELSEWHERE, path))
  const islands = pages.map(({ path }) => path).filter((path) => !isLinked(path))
  expect(islands.map((path) => `${path}: add a link to it in the template of the page one comes from`)).toEqual([])
  const paths = routes.map(({ path }) => path)
  expect(Object.keys(FROM_ELSEWHERE).filter((path) => !paths.includes(path))).toEqual([])
})

const mails = templates.filter(({ name }) => name.startsWith('mail/') && !name.endsWith('.txt'))
/** `accounts/invitation` of `mail/accounts/invitation`, and the key of its subject. */
const nameOf = (template: string) => template.slice('mail/'.length).replace(/\.txt$/, '')
const subjectOf = (name: string) => `mail.${name.replace('/', '.')}.subject`
const texts = readTexts('fr')

it('a mail: it has HTML and plain text, a subject, and code that sends it', () => {
  // Code names a mail by its subject (MailName): one without a template is found here.
  const subjects = Object.keys(texts).flatMap(
    (key) => /^mail\.([\w-]+)\.([\w-]+)\.subject$/.exec(key)?.slice(1).join('/') ?? [],
  )
  const written = templates.map(({ name }) => name).filter((name) => name.startsWith('mail/'))
  const names = [...new Set([...subjects, ...written.map(nameOf)])]
  expect(names.length).toBeGreaterThan(25)
  const has = (name: string) => templates.some((one) => one.name === `mail/${name}`)
  const faults = names.flatMap((name) => [
    ...(has(name) ? [] : [`write views/mail/${name}.hbs`]),
    ...(has(`${name}.txt`) ? [] : [`write views/mail/${name}.txt.hbs`]),
    ...(texts[subjectOf(name)] ? [] : [`views/locales/{fr,en}/mail.json: add ${subjectOf(name)}`]),
    ...(sendersOf(name).length > 0 ? [] : [`views/mail/${name}.hbs: no code sends it`]),
  ])
  expect(faults).toEqual([])
})

function sendersOf(name: string): string[] {
  const [domain = '', short = ''] = name.split('/')
  const own = server.filter(({ file }) =>
    new RegExp(`^server/(?:${domain}/|notices/${domain === 'accounts' ? 'people' : domain}\\.ts)`).test(file),
  )
  const naming = [...server.filter(({ code }) => quoted(code, name)), ...own.filter(({ code }) => quoted(code, short))]
  return naming.length > 0 ? [...naming, ...own].map(({ code }) => code) : []
}

function valuesOf(file: string): string[] {
  const found = new Set<string>()
  class Finder extends Handlebars.Visitor {
    override PartialStatement(node: hbs.AST.PartialStatement): void {
      this.acceptArray(node.params)
      this.acceptKey(node, 'hash')
    }
    override PathExpression(node: hbs.AST.PathExpression): void {
      if (!node.data && node.parts[0]) found.add(node.parts[0])
    }
  }
  new Finder().accept(Handlebars.parse(read(`views/${file}.hbs`)))
  return [...found].filter((name) => !HELPERS.has(name) && !GIVEN.has(name))
}
const HELPERS = new Set(
  'if unless each with else quoted t tn date time minutes number money list or and not eq concat safeUrl'.split(' '),
)
/** Given to every mail (server/mail/queue.ts). */
const GIVEN = new Set('t site named subject locale publicUrl this text'.split(' '))

it('a mail: HTML and plain text have the same values, and its sender gives every one', () => {
  const faults = mails.flatMap(({ name }) => {
    const [html, plain] = [valuesOf(name), valuesOf(`${name}.txt`)]
    const senders = sendersOf(nameOf(name)).join('\n')
    const subject = texts[subjectOf(nameOf(name))] ?? ''
    const inSubject = [...subject.matchAll(/\{(\w+)\}/g)].map(([, value]) => value!).filter((one) => !GIVEN.has(one))
    return [
      ...html.filter((value) => !plain.includes(value)).map((value) => `views/${name}.txt.hbs: ${value} is missing`),
      ...plain.filter((value) => !html.includes(value)).map((value) => `views/${name}.hbs: ${value} is missing`),
      ...[...new Set([...html, ...inSubject])]
        .filter((value) => !new RegExp(`\\b${value}\\b`).test(senders))
        .map((value) => `${nameOf(name)}: its sender does not give ${value}`),
    ]
  })
  expect(faults).toEqual([])
})

it.each<Locale>(['fr', 'fr-CA', 'en'])('a mail: each can be shown in %s, with and without every value', (locale) => {
  const views = createViews()
  const t = createI18n((key) => {
    throw new Error(`no text for ${key}`)
  }).for(locale)
  const site = { name: 'Les Jardins', kind: 'association', isSetUp: true, accent: '#204060', url: 'https://a.example' }
  const given = { t, site, named: site.name, subject: 'Subject', locale, publicUrl: 'https://a.example' }
  const faults = mails.flatMap(({ name }) =>
    ['given', ''].flatMap((value) => {
      const params = Object.fromEntries([...valuesOf(name), ...valuesOf(`${name}.txt`)].map((one) => [one, value]))
      const html = views.page(name, 'mail', { ...params, ...given })
      const plain = views.page(`${name}.txt`, 'mail.txt', { ...params, ...given })
      return [
        ...(html.match(/\{\w+\}/g) ?? []).map((left) => `views/${name}.hbs: a text is not given ${left}`),
        ...(plain.match(/\{\w+\}/g) ?? []).map((left) => `views/${name}.txt.hbs: a text is not given ${left}`),
      ]
    }),
  )
  expect([...new Set(faults)]).toEqual([])
})

it('a mail: no text of a mail is left over', () => {
  const used = new Set(templates.flatMap(findKeys))
  const code = server.map((one) => one.code).join('\n')
  const subjects = new Set(mails.map(({ name }) => subjectOf(nameOf(name))))
  const isUsed = (key: string) =>
    subjects.has(key) ||
    [...used].some((one) => one === key || (one.endsWith('.') && key.startsWith(one))) ||
    quoted(code, key) ||
    quoted(code, key.replace(/\.(?:one|other)$/, '')) ||
    quoted(code, key.split('.').slice(0, -1).join('.'))
  const left = Object.keys(texts).filter((key) => key.startsWith('mail.') && !isUsed(key))
  expect(left.map((key) => `views/locales/{fr,en}/mail.json: ${key} is used nowhere`)).toEqual([])
})

it('a statistic: what is counted by day is in both tables, and each step of the way is read', () => {
  const counts = read('db/queries/counts.ts')
  const figures = read('db/queries/figures.ts')
  const schema = read('db/schema.sql')
  const tableOf = (name: string) =>
    new RegExp(`^CREATE TABLE "?${name}"? [\\s\\S]*?^\\).*;`, 'm').exec(schema)?.[0] ?? ''
  const rows = [...counts.matchAll(/^ {2}(counted|shown|reported): \[([^\]]*)\]/gm)]
  expect(rows).toHaveLength(3)
  const table = { counted: 'offer_counts', shown: 'shown_counts', reported: 'reported_counts' } as const
  const sums = rows.flatMap(([, kind, list = '']) =>
    [...list.matchAll(/'(\w+)'/g)].map(([, name]) => ({ name: name!, of: table[kind as keyof typeof table] })),
  )
  const hasColumn = (of: string, name: string) => new RegExp(`\\b${name}\\b`).test(tableOf(of))
  expect([
    ...sums.flatMap(({ name, of }) =>
      [of, 'month_counts'].filter((one) => !hasColumn(one, name)).map((one) => `${one}: add the column ${name}`),
    ),
    ...FUNNEL.filter((step) => figures.split(`as ${step}`).length < 5).map(
      (step) =>
        `db/queries/figures.ts: read ${step} of days and of months, in the functions for our own offers and for members`,
    ),
  ]).toEqual([])
})
