// SPDX-License-Identifier: AGPL-3.0-or-later
// Node's HTTP, without what an ES import of it brings along: that reads every export, and three of them load a whole
// web client (5 MB at rest). Types come from node:http itself.

export const { Agent: HttpAgent, createServer, request: askHttp } = process.getBuiltinModule('node:http')
