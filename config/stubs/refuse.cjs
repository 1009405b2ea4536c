// SPDX-License-Identifier: AGPL-3.0-or-later
// What stands in for a package that is loaded but must never be used: every use of it is an error that names it.

module.exports = function refuse(name) {
  const fail = () => {
    throw new Error(`the package "${name}" is not part of Mainforte (config/stubs): it must not be used`)
  }
  return new Proxy(function () {}, { apply: fail, construct: fail, get: fail, has: fail, set: fail })
}
