// SPDX-License-Identifier: AGPL-3.0-or-later
// In place of the package "request-promise-native", which activitypub-express loads and we never use: whoever uses it is told.
module.exports = require('../refuse.cjs')('request-promise-native')
