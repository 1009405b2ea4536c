// SPDX-License-Identifier: AGPL-3.0-or-later
module.exports = require('../refuse.cjs')('mongodb')
