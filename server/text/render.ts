// SPDX-License-Identifier: AGPL-3.0-or-later
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import type { Translator } from './i18n.ts'
import { registerHelpers } from './view-helpers.ts'

/** What the layout of every page gets from the request (web/pages.ts): a page that named one of these would lose its own. */
export type SharedName =
  | 't'
  | 'site'
  | 'assets'
  | 'viewer'
  | 'nav'
  | 'help'
  | 'navWaiting'
  | 'flash'
  | 'csrf'
  | 'sessionEnd'
  | 'signInAgain'
  | 'owner'
  | 'path'
export type PageModel = { title: string } & { [name in SharedName]?: never } & Record<string, unknown>
export type Views = {
  /** A view inside a layout. `model.t` is the translator. */
  page(view: string, layout: string, model: Record<string, unknown> & { t: Translator }): string
  part(view: string, model: Record<string, unknown> & { t: Translator }): string
  has(view: string): boolean
}
export type Site = Record<string, unknown> & { name: string; kind: 'association' | 'centre' | 'both'; isSetUp: boolean }

const FOLDER = join(import.meta.dirname, '../../views')

/** A partial sees only its parameters and @root, so that fields of a page do not get into fields of a form. */
const PARTIAL = { preventIndent: true, explicitPartialContext: true } as const

export function createViews(): Views {
  const handlebars = Handlebars.create()
  registerHelpers(handlebars)
  // Compiled into a direct call; any other name is a field.
  const knownHelpers = Object.fromEntries(Object.keys(handlebars.helpers).map((name) => [name, true]))
  const options = { ...PARTIAL, knownHelpers, knownHelpersOnly: true }
  const partials = join(FOLDER, 'partials')
  for (const file of readdirSync(partials)) {
    if (!file.endsWith('.hbs')) continue
    // Compiled here: as text, a partial first used in a plain-text mail would stay unescaped in pages too.
    const source = readFileSync(join(partials, file), 'utf8')
    handlebars.registerPartial(file.slice(0, -4), handlebars.compile(source, options))
  }
  const compiled = new Map<string, Handlebars.TemplateDelegate>()
  const template = (name: string) => {
    const known = compiled.get(name)
    if (known) return known
    const made = handlebars.compile(readFileSync(join(FOLDER, `${name}.hbs`), 'utf8'), {
      strict: false,
      noEscape: name.endsWith('.txt'),
      ...options,
    })
    compiled.set(name, made)
    return made
  }
  const shared = partialOptions(handlebars)
  const render = (name: string, model: object) => template(name)(model, { ...shared, data: { root: model } })
  return {
    page: (view, layout, model) => {
      const body = render(view, model)
      return render(`layouts/${layout}`, { ...model, body, hasMainForm: body.includes(' id="main-form"') })
    },
    part: render,
    has: (view) => existsSync(join(FOLDER, `${view}.hbs`)),
  }
}

/**
 * What Handlebars gives a partial. A template that is none wraps every helper anew at each rendering, which takes longer
 * than a short mail; so pages are rendered as partials are.
 */
function partialOptions(handlebars: typeof Handlebars): Handlebars.RuntimeOptions {
  let given: Handlebars.RuntimeOptions = {}
  const taking = (_context: unknown, options?: Handlebars.RuntimeOptions) => {
    given = { ...options, partials: handlebars.partials }
    return ''
  }
  handlebars.compile('{{> taking}}')({}, { partials: { taking } })
  return given
}
