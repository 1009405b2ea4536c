// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import Handlebars from 'handlebars'
import { createI18n } from '../../server/text/i18n.ts'
import { registerHelpers } from '../../server/text/view-helpers.ts'
import { safeUrl } from '../../server/text/view-values.ts'

const i18n = createI18n((key) => {
  throw new Error(`no text for ${key}`)
})
const handlebars = Handlebars.create()
registerHelpers(handlebars)
const PARTIALS = join(import.meta.dirname, '../../views/partials')
for (const file of readdirSync(PARTIALS))
  handlebars.registerPartial(file.replace('.hbs', ''), readFileSync(join(PARTIALS, file), 'utf8'))

function render(source: string, model: Record<string, unknown> = {}): string {
  const template = handlebars.compile(source, { explicitPartialContext: true, preventIndent: true })
  return template({ t: i18n.for('fr'), site: { lang: 'fr' }, csrf: 'token', ...model }).replaceAll(/\s+/g, ' ')
}

describe('an address in a template', () => {
  it.each([
    'https://exemple.fr/a?b=1',
    'http://exemple.fr',
    'mailto:a@exemple.fr',
    'tel:+33261912460',
    '/offers',
    '?page=2',
    '#main',
  ])('may be %s', (url) => expect(safeUrl(url)).toBe(url))
  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:x',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'vbscript:x',
    'offers',
    '',
    null,
    undefined,
  ])('is never %j', (url) => expect(safeUrl(url)).toBe('#'))
})

describe('a field', () => {
  const form = { values: { email: 'yvon@"<b>' }, errors: { email: 'error.field.email' } }

  it('ties its label, its hint and its error to what one types', () => {
    const html = render('{{> field form=form name="email" label="Votre e-mail" hint="Pour répondre" required=true}}', {
      form,
    })
    expect(html).toContain('<label for="f-email">Votre e-mail</label>')
    expect(html).toContain('aria-describedby="f-email-error f-email-hint" aria-invalid="true" required')
    expect(html).toContain('value="yvon@&quot;&lt;b&gt;"')
    expect(html).toContain('<p class="error" id="f-email-error">')
    expect(html).not.toContain('(facultatif)')
  })

  it('takes nothing from the page that was not given to it', () => {
    const html = render('{{> field form=form name="town" label="Commune"}}', {
      form,
      hint: 'x',
      id: 'y',
      value: 'z',
      error: 'w',
    })
    expect(html).toContain('<input id="f-town" name="town" type="text">')
    expect(html).toContain('(facultatif)')
  })

  it('never shows a password again', () => {
    expect(
      render('{{> field form=form name="p" type="password" label="Mot de passe"}}', {
        form: { values: { p: 'secret' }, errors: {} },
      }),
    ).not.toContain('secret')
  })

  it('keeps every space and line end that was typed', () => {
    const html = render('  {{> textarea form=form name="body" label="Texte"}}', {
      form: { values: { body: '\nUn\r\n<b>' }, errors: {} },
    })
    expect(html).toContain('>&#10;&#10;Un&#10;&lt;b&gt;</textarea>')
  })

  it('marks the chosen answers of a choice, and none of the usual ones once the form came back empty', () => {
    const model = {
      options: [
        { value: 'mon', label: 'Lundi' },
        { value: 'tue', label: 'Mardi' },
      ],
      usual: ['mon'],
    }
    const source = '{{> choices form=form name="days" legend="Jours" options=options multiple=true value=usual}}'
    expect(render(source, { ...model, form: { values: {}, errors: {} } }).match(/ checked/g)).toHaveLength(1)
    expect(render(source, { ...model, form: { values: {}, errors: { other: 'error.field.unclear' } } })).not.toContain(
      ' checked',
    )
    expect(render(source, { ...model, form: { values: { days: 'tue' }, errors: {} } })).toContain('value="tue" checked')
  })

  it('under an answer keeps the page as its context', () => {
    const source =
      '{{#group form=form name="way" legend="Comment ?" hint="Un seul"}}{{#choice form=form name="way" value="email" label="Par e-mail" default=true}}{{> field form=form name="email" label=mine}}{{/choice}}{{/group}}'
    const html = render(source, { form, mine: 'Adresse' })
    expect(html).toContain('<label for="f-email">Adresse</label>')
    expect(html.match(/Un seul/g)).toHaveLength(1)
    expect(html).toContain('id="f-way" tabindex="-1"')
  })
})

describe('the summary of faults', () => {
  it('leads to each field and counts them', () => {
    const html = render('{{> error-summary form=form}}', {
      form: { values: {}, errors: { 'slots.0.day': 'error.field.unclear', _: 'error.invalid.text' } },
    })
    expect(html).toContain('2 choses à corriger')
    expect(html).toContain('<a href="#f-slots-0-day">')
    expect(html.match(/<a /g)).toHaveLength(1)
  })

  it('is not there when nothing is wrong', () => {
    expect(render('{{> error-summary form=form}}', { form: { values: {}, errors: {} } }).trim()).toBe('')
    expect(render('{{> error-summary form=form}}').trim()).toBe('')
  })
})

describe('a text in two languages', () => {
  it('names its language only when it is not the page’s', () => {
    expect(
      render('{{langText a}}|{{langText b}}|{{langText c}}', {
        a: { text: 'Sort <it>', lang: 'en' },
        b: { fr: 'Trier', en: 'Sort' },
        c: 'Trier',
      }),
    ).toBe('<span lang="en">Sort &lt;it&gt;</span>|Trier|Trier')
    expect(render('<h1{{langAttr a}}>{{plain a}}</h1>', { a: { en: 'Sort' } })).toBe('<h1 lang="en">Sort</h1>')
  })

  it('keeps the paragraphs people typed, and no markup of theirs', () => {
    expect(render('{{paragraphs a}}', { a: 'Un\nDeux\n\n<b>Trois</b>' })).toBe(
      '<p>Un<br>Deux</p> <p>&lt;b&gt;Trois&lt;/b&gt;</p>',
    )
  })
})

it('a field of the page named like a helper is still its field', () => {
  expect(
    render('{{date}} {{minutes}} {{#each rows}}{{number}}{{/each}}', {
      date: 'jeudi',
      minutes: 30,
      rows: [{ number: 7 }],
    }),
  ).toBe('jeudi 30 7')
})

describe('a select', () => {
  const options = [
    { value: 'a"b', label: '<b>', lang: 'en' },
    { label: 'R & D', options: [{ value: 2, label: 'deux' }] },
  ]
  const select = (model: object) =>
    render('{{> select name="n" options=options form=form value=value}}', { options, ...model })

  it('shows its options, also in groups, and nothing typed as a tag', () => {
    const shown = select({})
    expect(shown).toContain('<option value="a&quot;b" lang="en">&lt;b&gt;</option>')
    expect(shown).toContain('<optgroup label="R &amp; D"><option value="2">deux</option></optgroup>')
    expect(shown).not.toContain('selected')
  })

  it('keeps what was chosen, and else what is usual', () => {
    expect(select({ value: '2' })).toContain('<option value="2" selected>')
    const chosen = select({ value: '2', form: { values: { n: 'a"b' } } })
    expect(chosen).toContain('<option value="a&quot;b" lang="en" selected>')
    expect(chosen).toContain('<option value="2">')
  })
})

it('pages F43: a mail address ends a line behind its @ or before a dot, and nothing else is broken', () => {
  const shown = (email: string) => render('{{langText email}} {{mailbox email}}', { email })
  const broken = 'bastien.moreau@<wbr>demo<wbr>.example'.replace('bastien.', 'bastien<wbr>.')
  expect(shown('bastien.moreau@demo.example')).toBe(`${broken} ${broken}`)
  expect(shown('<b>@x.example')).toBe('&lt;b&gt;@<wbr>x<wbr>.example &lt;b&gt;@<wbr>x<wbr>.example')
  expect(render('{{mailbox to}}', { to: 'Moi, moi@demo.example' })).toBe('Moi, moi@<wbr>demo<wbr>.example')
  for (const text of ['Le site demo.example', '']) expect(shown(text)).toBe(`${text} ${text}`)
})
