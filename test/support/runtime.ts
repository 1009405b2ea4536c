// SPDX-License-Identifier: AGPL-3.0-or-later
// Jest loads every module anew for each test file, which took half of the suite. Here the product and its packages are
// loaded by Node, as in production, once per worker; tests and their helpers are loaded for each file as ever.
import { readFileSync } from 'node:fs'
import { createRequire, Module } from 'node:module'
import { dirname, join } from 'node:path'
import jestRuntime from 'jest-runtime'

// Its types are those of its other form, for `require`.
const JestRuntime = jestRuntime as unknown as typeof jestRuntime.default

const ROOT = join(import.meta.dirname, '../..')
const PRODUCT = ['config', 'db', 'federation', 'server'].map((folder) => join(ROOT, folder, '/'))
const KEPT = join(ROOT, 'test/support/kept-databases.ts')
const PACKAGES = join(ROOT, 'node_modules', '/')
/** Jest's own. */
const OWN = /^(?:@jest\/|jest-|expect$|expect\/)/
const load = createRequire(import.meta.url)
/** Of pages; it gets test/support/no-listeners.ts in place of its own file, and nobody replaces it. */
const PARSER = 'linkedom'
loadWithoutListeners(join(dirname(load.resolve(PARSER)), 'interface/event-target.js'))

export default class Runtime extends JestRuntime {
  readonly #resolver: { resolveModule(from: string, name: string): string }
  /** A test that replaces a package needs modules of its own. */
  readonly #isApart: boolean

  constructor(...given: ConstructorParameters<typeof JestRuntime>) {
    super(...given)
    this.#resolver = given[2]
    const testPath = given[6]
    this.#isApart = /jest\.(?:mock|doMock)\(/.test(readFileSync(testPath, 'utf8'))
  }

  override requireModuleOrMock<T = unknown>(from: string, name: string): T {
    if ((this.#isApart && name !== PARSER) || OWN.test(name) || from.startsWith(PACKAGES))
      return super.requireModuleOrMock<T>(from, name)
    const path = this.#resolver.resolveModule(from, name)
    return isShared(path) ? (load(path) as T) : super.requireModuleOrMock<T>(from, name)
  }
}

function loadWithoutListeners(file: string): void {
  const replaced = new Module(file)
  replaced.exports = load('./no-listeners.ts') as unknown
  replaced.loaded = true
  load.cache[file] = replaced as NodeJS.Module
}

const isShared = (path: string) =>
  path === KEPT || path.startsWith(PACKAGES) || PRODUCT.some((folder) => path.startsWith(folder))
