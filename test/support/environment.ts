// SPDX-License-Identifier: AGPL-3.0-or-later
// Jest's environment for Node, with an ordinary global object: reading a global takes no call into Jest, which takes a
// tenth off the suite.
import vm from 'node:vm'
// Comes with Jest, in its version.
import { TestEnvironment } from 'jest-environment-node'

export default class OrdinaryGlobals extends TestEnvironment {
  constructor(...given: ConstructorParameters<typeof TestEnvironment>) {
    const { createContext } = vm
    // Jest has no setting for it, and makes the context in its constructor.
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)
    try {
      super(...given)
    } finally {
      vm.createContext = createContext
    }
  }
}
