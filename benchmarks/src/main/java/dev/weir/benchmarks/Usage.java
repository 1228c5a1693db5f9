package dev.weir.benchmarks;

/**
 * What one process took, seen from outside.
 *
 * @param seconds from the start of the process to its end
 * @param cpuSeconds user and system time of all its threads, in steps of 10 ms
 * @param peakRssBytes the most memory that was resident at once
 * @param readBytes what it read through system calls, from memory or from disk
 * @param diskReadBytes what of that came from the disk: about nothing where the input is cached
 */
record Usage(
    double seconds, double cpuSeconds, long peakRssBytes, long readBytes, long diskReadBytes) {}
