// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import Handlebars from 'handlebars'

const VIEWS = join(import.meta.dirname, '../../views')

export type Template = {
  /** `partials/field`, `offers/show`, `mail/applications/accepted.txt` */
  name: string
  isText: boolean
  /** Every branch one after the other, values left out, partials named. */
  text: string
  words: string[]
  tags: string[]
  attributes: { name: string; value: string }[]
  /** Paths written without escaping: `{{{path}}}` or `{{&path}}`. */
  raw: string[]
  partials: string[]
  icons: string[]
  calls: hbs.AST.Expression[][]
}

export const linearText = { partial: (name: string): string => `⟪${name}⟫` }

export function readTemplates(): Template[] {
  return readdirSync(VIEWS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => read(relative(VIEWS, file).replaceAll('\\', '/').slice(0, -4), readFileSync(file, 'utf8')))
}

function read(name: string, source: string): Template {
  const tree = Handlebars.parse(source)
  const found = {
    raw: [] as string[],
    partials: [] as string[],
    icons: [] as string[],
    calls: [] as hbs.AST.Expression[][],
  }
  new Finder(found).accept(tree)
  const text = linear(tree)
  const isText = name.endsWith('.txt')
  return { name, isText, text, ...found, ...(isText ? plainText(text) : markup(text)) }
}

class Finder extends Handlebars.Visitor {
  readonly found: Pick<Template, 'raw' | 'partials' | 'icons' | 'calls'>
  constructor(found: Pick<Template, 'raw' | 'partials' | 'icons' | 'calls'>) {
    super()
    this.found = found
  }
  override MustacheStatement(node: hbs.AST.MustacheStatement): void {
    if (!(node as { escaped?: boolean }).escaped) this.found.raw.push(original(node.path))
    this.call(node)
    super.MustacheStatement(node)
  }
  override SubExpression(node: hbs.AST.SubExpression): void {
    this.call(node)
    super.SubExpression(node)
  }
  override PartialStatement(node: hbs.AST.PartialStatement): void {
    this.found.partials.push(original(node.name))
    super.PartialStatement(node)
  }
  private call(node: { path: hbs.AST.Expression; params: hbs.AST.Expression[] }): void {
    this.found.calls.push([node.path, ...node.params])
    const [first] = node.params
    if (original(node.path) === 'icon' && first?.type === 'StringLiteral')
      this.found.icons.push((first as hbs.AST.StringLiteral).value)
  }
}

function original(node: hbs.AST.Node): string {
  return String((node as { original?: unknown }).original ?? '')
}

/**
 * Whole keys, and beginnings that end in a dot where the rest is known only at run time (`(concat "offers.state."
 * state)`). A plural counts as its two keys.
 */
export function findKeys({ calls }: Template): string[] {
  return calls.flatMap(([path, first]) => {
    const helper = path ? original(path) : ''
    if ((helper !== 't' && helper !== 'tn') || !first) return []
    const endings = helper === 'tn' ? ['.one', '.other'] : ['']
    return literals(first).flatMap((key) => (key.endsWith('.') ? [key] : endings.map((ending) => key + ending)))
  })
}

function literals(node: hbs.AST.Expression): string[] {
  if (node.type === 'StringLiteral') return [(node as hbs.AST.StringLiteral).value]
  if (node.type !== 'SubExpression') return []
  const { path, params } = node as hbs.AST.SubExpression
  if (original(path) === 'concat')
    return literals(params[0] as hbs.AST.Expression).filter((start) => start.endsWith('.'))
  // (or "a.key" "b.key"), (if x "a.key" "b.key"): each may be shown.
  return params.flatMap(literals).filter((text) => text.includes('.'))
}

function linear(node: hbs.AST.Program): string {
  return node.body
    .map((part) => {
      if (part.type === 'ContentStatement') return (part as hbs.AST.ContentStatement).original
      if (part.type === 'PartialStatement') return linearText.partial(original((part as hbs.AST.PartialStatement).name))
      if (part.type !== 'BlockStatement') return ''
      const { program, inverse } = part as hbs.AST.BlockStatement
      return linear(program) + (inverse ? linear(inverse) : '')
    })
    .join('')
}

const withoutPartials = (text: string) => text.replaceAll(/⟪[^⟫]*⟫/g, '')
const hasWords = (text: string) => /\p{L}/u.test(text.replaceAll(/&#?\w+;/g, ''))

function plainText(text: string): Pick<Template, 'words' | 'tags' | 'attributes'> {
  return { words: withoutPartials(text).split('\n').filter(hasWords), tags: [], attributes: [] }
}

function markup(text: string): Pick<Template, 'words' | 'tags' | 'attributes'> {
  const tag = /<!doctype[^>]*>|<!--[\s\S]*?-->|<\/?(?<name>[a-zA-Z][\w-]*)(?<inside>(?:"[^"]*"|'[^']*'|[^>"'])*)>/gi
  const plain = withoutPartials(text)
  const tags = [...plain.matchAll(tag)]
  return {
    words: plain
      .replaceAll(tag, '\n')
      .split('\n')
      .map((line) => line.trim())
      .filter(hasWords),
    tags: tags.flatMap(({ groups }) => groups?.['name']?.toLowerCase() ?? []),
    attributes: tags.flatMap(({ groups }) =>
      [
        ...(groups?.['inside'] ?? '').matchAll(/(?<name>[^\s=/"']+)\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/g),
      ].map((found) => ({
        name: found.groups?.['name']?.toLowerCase() ?? '',
        value: found.groups?.['double'] ?? found.groups?.['single'] ?? '',
      })),
    ),
  }
}
