// Jest's own limit of 5 s is no statement about the program, but about the machine.
jest.setTimeout(60_000);

// A test without an assertion cannot fail.
beforeEach(() => {
  expect.hasAssertions();
});
