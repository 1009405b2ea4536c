// SPDX-License-Identifier: AGPL-3.0-or-later
// Replaces a package that activitypub-express loads and we never use: every use throws an error that names it.

module.exports = function refuse(name) {
  const fail = () => {
    throw new Error(`the package "${name}" is not part of Mainforte (config/stubs): it must not be used`)
  }
  return new Proxy(function () {}, { apply: fail, construct: fail, get: fail, has: fail, set: fail })
}
