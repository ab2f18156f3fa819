"""The word lists: most frequent first, each word drawn by its weight alone."""

from __future__ import annotations

from collections.abc import Mapping

from bertkit.story_world.grammar import Weighted, evenly, weighted, zipf

LISTS: Mapping[str, Weighted[str]] = {
    "afternoon_hour": zipf("three, four, two, five, one"),
    "age": zipf("six, five, seven, four, eight, nine"),
    "apology": evenly("sorry, pardon, forgive me, excuse me, apologies, my mistake"),
    "approval": evenly(
        "wonderful, lovely, delightful, cute, marvellous, pretty, handsome, cuddly, sweet, jolly, gorgeous, "
        "beautiful, magical, adorable, charming, splendid, precious, perfect, elegant, brilliant, fantastic, amusing"
    ),
    "art_things": zipf("crayons, pencils, paints, chalks, brushes"),
    "attic_animal": zipf("mouse, spider, beetle, bat, lizard"),
    "baking_extra": zipf("sugar, honey, raisins, chocolate, almonds, walnuts, coconut, oats"),
    "bedroom_thing": zipf("books, socks, blocks, puzzles, marbles, crayons, slippers, skittles"),
    "big_number": zipf("one hundred, fifty, twenty, thirty, one thousand"),
    "bird": zipf("robin, blackbird, sparrow, magpie, crow, wren, swallow, pigeon, finch, starling"),
    "boat_name": zipf("star, swan, swift, pearl, comet, dolphin, arrow, duchess"),
    "book_topic": zipf(
        "dragons, pirates, bears, stars, knights, trains, whales, castles, giants, volcanoes, camels, inventors"
    ),
    "cake": zipf("chocolate, lemon, apple, carrot, cherry, ginger, honey, orange, plum, almond"),
    "cheer": evenly("hurrah, bravo, hooray, congratulations, well done, yippee"),
    "cleaning_tool": zipf("broom, cloth, mop, sponge, dustpan"),
    "colour": zipf("red, blue, green, yellow, white, pink, orange, brown, purple, black, golden, silver"),
    "comfort": evenly("never mind, cheer up, courage, hush, do not worry, calm down"),
    "costume": zipf("crown, top hat, mask, wig, helmet, feather hat, bonnet, apron"),
    "cosy": zipf("soft, cosy, rumpled, dry"),
    "cover": zipf("blanket, quilt, covers, pillow, sheet"),
    "dishes": zipf("bowls, spoons, plates, pans, whisks"),
    "dream": zipf(
        "dragons, clouds, snow, giants, honey, whales, talking trees, unicorns, rockets, mountains, elephants"
    ),
    "engine_part": zipf("engine, kitchen, coal wagon, mail van"),
    "fabric": zipf("velvet, silk, cotton, linen, striped, woollen"),
    "flower": zipf("sunflowers, roses, daisies, tulips, poppies, marigolds, pansies, bluebells, lilies, foxgloves"),
    "fruits": zipf("apples, pears, cherries, plums, oranges, peaches, melons, lemons, apricots, figs"),
    "game": zipf("hide and seek, catch, cards, marbles, blind cow, leapfrog, dominoes, hopscotch, skittles"),
    "garden_thief": zipf("crows, snails, pigeons, slugs, moles, magpies"),
    "garden_tool": zipf("rake, spade, trowel, fork, bucket, wheelbarrow"),
    "garden_visitor": zipf("bees, butterflies, ladybirds, bumblebees, beetles, hummingbirds"),
    "grandpa_part": zipf("nose, cheek, beard, chin, forehead, moustache"),
    "greeting": evenly("hello, welcome, greetings, hi, good morning, good afternoon"),
    "hardware": zipf("nails, screws, hinges, springs, bolts, cogs"),
    "herb": zipf("parsley, mint, thyme, basil, chives, sage, dill, rosemary"),
    "hobby": zipf(
        "singing, climbing, puddles, painting, stories, dancing, "
        "riddles, whistling, counting, drawing, cartwheels, collecting"
    ),
    "hot_drink": zipf("cocoa, tea, hot milk, apple punch, hot chocolate"),
    "junk": zipf("rusty spoon, old boot, broken cup, bent fork, empty bottle, odd glove, iron nail, cracked plate"),
    "kind_act": evenly("hugged it, kissed it, stroked it, held it close, rocked it, sang to it, patted it, cradled it"),
    "kitchen_tool": zipf("knife, ladle, grater, peeler, whisk"),
    "landmark": zipf("river, church, forest, mill, station, bridge, harbour, village, lake, orchard, castle"),
    "light": zipf("candle, lamp, torch, lantern"),
    "meal": zipf("supper, tea, dinner"),
    "medal": zipf("paper, tin, chocolate, clay, bark, gingerbread"),
    "nature": zipf(
        "little, small, clever, cheerful, brave, curious, "
        "kind, gentle, dreamy, friendly, honest, quiet, "
        "adventurous, thoughtful, untidy"
    ),
    "night_hour": zipf("twelve, two, three, one, four"),
    "night_place": zipf("garden, night, moonlight, dark"),
    "night_visitor": zipf("mouse, moth, bat, owl, beetle, toad, cricket, dormouse"),
    "nightwear": zipf("pyjamas, slippers, nightgown, dressing gown, bed socks"),
    "number": zipf("three, two, five, four, ten, six, seven, nine, eight, twelve, eleven"),
    "pale_thing": zipf("ghosts, snowmen, polar bears, clouds, swans"),
    "parting": evenly("goodbye, farewell, good night, sleep well, sweet dreams, cheerio"),
    "party_thing": zipf("balloon, paper hat, streamer, candle, ribbon, lantern"),
    "pattern": zipf("stars, spots, stripes, flowers, hearts, moons, birds, zigzags"),
    "pet": zipf("cat, dog, parrot, goldfish, hamster, canary, tortoise"),
    "plank": zipf("plank, branch, log, ladder, door"),
    "plea": evenly("help, save us, rescue us, come quickly, lend a hand, hurry"),
    "pole": zipf("branch, stick, rope, oar, broom, reed"),
    "pond_animal": zipf("duck, frog, toad, otter, swan, goose, newt, turtle"),
    "pond_insects": zipf("dragonflies, gnats, butterflies, midges, water beetles"),
    "pool_animals": zipf("shrimps, starfish, snails, crabs, mussels, urchins, limpets"),
    "praise": weighted(
        ("cute", 14),
        ("sweet", 5),
        ("lovely", 4),
        ("funny", 3),
        ("pretty", 3),
        ("beautiful", 2),
        ("special", 2),
        ("charming", 1),
        ("adorable", 1),
        ("splendid", 1),
        ("precious", 1),
        ("unusual", 1),
    ),
    "relative": zipf("grandpa, dad, auntie, uncle joe, mum, the postman, cousin kate"),
    "room": zipf("bedroom, kitchen, bathroom, hall, nursery, cellar"),
    "root": zipf("carrots, potatoes, onions, turnips, parsnips"),
    "scenery": zipf("fields, trees, hills, houses, villages, meadows, rivers, vineyards"),
    "school_day": zipf("monday, friday, tuesday, wednesday, thursday"),
    "school_furniture": zipf("desks, chairs, tables, benches, cupboards"),
    "scoffer": evenly(
        "a big boy, a rude girl, a fine lady, the neighbour, the magpie, cousin max, a passing crow, an old goat"
    ),
    "scorn": evenly(
        "ugly, boring, scratchy, horrid, silly, dull, shabby, smelly, awful, nasty, useless, "
        "dirty, ragged, dreadful, hideous, tatty, lumpy, scruffy, mouldy, clumsy, creepy, worthless"
    ),
    "seaside_food": zipf("sandwiches, ice cream, chips, peaches, crackers, pancakes, grapes"),
    "seen_from_train": zipf("cows, bridges, sheep, tunnels, windmills, ponies, tractors, haystacks"),
    "shell": zipf("pink, white, tiny, pearly, striped, shiny, curly"),
    "show_thing": zipf(
        "feather, magnet, fossil, drum, compass, acorn, medal, kaleidoscope, old coin, stamp album, egg cup"
    ),
    "snack": zipf("bread, cheese, cake, biscuits, apple pie, gingerbread, raisin buns, toast"),
    "softly": zipf("softly, kindly, gently, quietly, warmly, with a smile, in a low voice, happily, dreamily"),
    "spice": zipf("pepper, cinnamon, ginger, vanilla, nutmeg, mustard, saffron"),
    "thanks": evenly("thank you, thanks, bless you, how kind, how generous, much obliged"),
    "ticking": zipf("ticking, tick, murmur, whisper"),
    "townsperson": zipf(
        "baker, postman, policeman, gardener, butcher, painter, mayor, chimney sweep, librarian, cobbler"
    ),
    "treasure": zipf(
        "glass marbles, silver coins, old letters, brass buttons, "
        "sea shells, tiny bells, foreign stamps, coloured stones, tin soldiers"
    ),
    "treat": zipf("sticky bun, apple, ice cream, balloon, lollipop, orange, toffee, paper windmill"),
    "unkind_act": evenly(
        "made a face, pushed it aside, walked off, threw it down, turned away, laughed at it, kicked it, shuddered"
    ),
    "vegetable": zipf("beans, peas, cabbage, leeks, spinach, pumpkins, celery, radishes, mushrooms, lettuce"),
    "warning": evenly("watch out, look out, beware, careful, danger, stand back"),
    "weekday": zipf("sunday, saturday, monday, friday, tuesday, wednesday, thursday"),
    "wind_doing": zipf("blowing, howling, singing, roaring, whistling"),
    "wind_verb": zipf("blew, howled, sang, whistled, moaned, whispered"),
    "winter_garment": zipf("coat, mittens, scarf, boots, earmuffs, jacket"),
    "wood": zipf("bamboo, oak, pine, willow, birch, straw"),
    "workshop_noise": zipf("banging, tapping, hammering, rattling, humming, grumbling"),
    "workshop_smell": zipf("wood, glue, paint, oil, sawdust, varnish, leather, turpentine"),
}
