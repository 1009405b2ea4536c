// SPDX-License-Identifier: AGPL-3.0-or-later
// Jest's environment for Node, in the realm of the worker itself: what test/support/runtime.ts loads once per worker
// meets the same `Error` and `Array` as the test, and reading a global takes no call into Jest.
import vm from 'node:vm'
// These come with Jest, in its version.
import { ModernFakeTimers } from '@jest/fake-timers'
import { TestEnvironment } from 'jest-environment-node'
import { ModuleMocker } from 'jest-mock'

type Given = ConstructorParameters<typeof TestEnvironment>
/** Jest asks for a context and refuses none; the patched function below then compiles in the realm of the worker. */
const HERE = vm.createContext()
const { compileFunction } = vm
vm.compileFunction = (code, params, options) =>
  compileFunction(code, params, options?.parsingContext === HERE ? { ...options, parsingContext: undefined } : options)

export default class WorkerRealm extends TestEnvironment {
  readonly #before = new Set(Reflect.ownKeys(globalThis))

  constructor(...given: Given) {
    super(...given)
    this.global = globalThis as unknown as typeof this.global
    this.context = HERE
    this.moduleMocker = new ModuleMocker(globalThis)
    this.fakeTimersModern = new ModernFakeTimers({ config: given[0].projectConfig, global: globalThis })
    Error.stackTraceLimit = 100
  }

  /** What a test file left on the global object, Jest's own state among it, is not the next one's. */
  override async teardown(): Promise<void> {
    await super.teardown()
    for (const key of Reflect.ownKeys(globalThis)) if (!this.#before.has(key)) Reflect.deleteProperty(globalThis, key)
  }
}
