import { z } from "zod";

// Branded, so that a number that is something else does not compile where one of these is wanted.

const portProblem = "expected a port from 1 to 65535";

export const portSchema = z
  .int(portProblem)
  .min(1, portProblem)
  .max(65535, portProblem)
  .meta({ title: "port" })
  .brand<"Port">();

/** A TCP port, 1 to 65535. */
export type Port = z.output<typeof portSchema>;

/** @throws ZodError where `value` is no port */
export function port(value: number): Port {
  return portSchema.parse(value);
}

const secondsProblem = "expected a whole number of seconds above 0";

export const secondsSchema = z
  .int(secondsProblem)
  .positive(secondsProblem)
  .meta({ title: "seconds" })
  .brand<"Seconds">();

/** A duration in whole seconds. */
export type Seconds = z.output<typeof secondsSchema>;

/** @throws ZodError where `value` is no duration */
export function seconds(value: number): Seconds {
  return secondsSchema.parse(value);
}

/** An amount of memory with its unit, such as `3g` or `1536m`. */
export const memorySchema = z
  .string()
  .regex(/^[1-9]\d{0,6}[mg]$/i, "expected a whole number with its unit, such as 3g or 1536m")
  .meta({ title: "memory" })
  .transform((size) => parseInt(size, 10) * (/g$/i.test(size) ? 1024 : 1))
  .pipe(z.int().brand<"Mebibytes">());

/** An amount of memory in MiB. */
export type Mebibytes = z.output<typeof memorySchema>;

/** @throws ZodError where `size` is no amount such as `3g` */
export function memory(size: string): Mebibytes {
  return memorySchema.parse(size);
}

const processorsProblem = "expected a number of processors above 0, such as 1.5";

/** A number of processors. `pulumi config set --path` writes whole numbers as such, but 1.5 as a text. */
export const processorsSchema = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\d+(\.\d+)?$/)
        .transform(Number),
    ],
    processorsProblem,
  )
  .pipe(z.number().positive(processorsProblem));

/** A number of hours or days, such as `12h` or `1d`. */
export const hoursSchema = z
  .string()
  .regex(/^[1-9]\d{0,3}[hd]$/, "expected a number of hours or days, such as 12h or 1d")
  .meta({ title: "hours" })
  .transform((length) => parseInt(length, 10) * (length.endsWith("d") ? 24 : 1))
  .pipe(z.int().brand<"Hours">());

/** A duration in whole hours. */
export type Hours = z.output<typeof hoursSchema>;
