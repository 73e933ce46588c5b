/** What failed is read from Jest's JSON. */
module.exports = class NoReporter {};
