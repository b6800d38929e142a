import java.util.TreeMap;
import java.util.regex.Pattern;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.SettingImpl;

/*
 * Prints each setting that the server declares, with the kind of its values. After a change of its version:
 *
 *   docker run --rm -i --entrypoint sh kalisi/all-in-one \
 *     -c 'cat >/tmp/KnownSettings.java && java -cp "/opt/neo4j/lib/*" /tmp/KnownSettings.java' \
 *     <config/files/neo4j/KnownSettings.java >config/files/neo4j/known-settings.txt
 */
class KnownSettings {
    private static final Pattern RANGE = Pattern.compile("in the range `(-?\\d+)` to `(-?\\d+)`");
    private static final Pattern MINIMUM = Pattern.compile("that is minimum `(-?\\d+)`");

    public static void main(String[] arguments) {
        new TreeMap<>(Config.defaults().getDeclaredSettings()).forEach((name, setting) ->
            System.out.println(name + " " + kind((SettingImpl<?>) setting)));
    }

    private static String kind(SettingImpl<?> setting) {
        var type = setting.parser().getType();
        var valid = setting.validValues();
        if (type == Boolean.class) return "boolean";
        if (Enum.class.isAssignableFrom(type)) return "one of " + valid.replaceAll(".*\\[(.*)\\].*", "$1").replace(", ", "|");
        if (type == java.time.Duration.class) return "duration";
        if (valid.startsWith("A byte size")) return "bytes";
        if (type == Integer.class || type == Long.class) return "integer" + bounds(valid);
        return "text";
    }

    private static String bounds(String valid) {
        var range = RANGE.matcher(valid);
        if (range.find()) return " " + range.group(1) + ".." + range.group(2);
        var minimum = MINIMUM.matcher(valid);
        return minimum.find() ? " " + minimum.group(1) + ".." : "";
    }
}
